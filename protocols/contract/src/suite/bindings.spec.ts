/** In process and through JSON bytes, a protocol has the same outcomes. */
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
