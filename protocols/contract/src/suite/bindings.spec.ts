/** In process and through JSON bytes, a protocol has the same outcomes. */
import { defineProtocol } from '../define-protocol.ts';
import { bindLocal, connect } from '../dispatch/connect.ts';
import { serve } from '../dispatch/serve.ts';
import type { Wire } from '../dispatch/outcome.ts';
import type { Serving } from '../dispatch/serve.ts';
import { bindingSuite, wireSuite } from './binding.features.ts';
import { claimSuite } from './claim.features.ts';
import { Till } from './till.protocol.ts';

const throughBytes = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const close = async () => undefined;

const inProcess = async (implementation: Till, serving: Serving) => ({
  port: bindLocal(Till, implementation, serving),
  close,
});
bindingSuite('in process', inProcess);
claimSuite('in process', inProcess);

/** The same protocol with `workflow` the other way round: it is data for workflows, and no call
 * goes another way for it. */
const turned = Object.entries(Till.spec.operations).map(([name, operation]) => {
  const { workflow = false } = operation as { readonly workflow?: boolean };
  return [name, { ...operation, workflow: !workflow }] as const;
});
const TurnedTill = defineProtocol({
  ...Till.spec,
  operations: Object.fromEntries(turned) as unknown as typeof Till.spec.operations,
});
bindingSuite('in process, otherwise marked for workflows', async (implementation, serving) => ({
  port: bindLocal(TurnedTill, implementation, serving),
  close,
}));

/** The claim travels as its text, as over any wire. */
const overBytes = async (implementation: Till, serving: Serving) => {
  const handle = serve(Till, implementation, serving);
  const raw = async (...[operation, input, context]: Parameters<typeof handle>): Promise<Wire> => {
    const { claim, ...rest } = context;
    const arrived = claim && (serving.claims?.read(claim.token) ?? throughBytes(claim));
    const call = { ...throughBytes(rest), claim: arrived };
    return throughBytes(await handle(operation, throughBytes(input), call));
  };
  return { port: connect(Till, raw), raw, close };
};
wireSuite('through bytes', overBytes);
claimSuite('through bytes', overBytes);
