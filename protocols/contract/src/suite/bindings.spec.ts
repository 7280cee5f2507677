/** In process and through JSON bytes, a protocol has the same outcomes. */
import { bindLocal, connect } from '../dispatch/connect.ts';
import { serve } from '../dispatch/serve.ts';
import type { Wire } from '../dispatch/outcome.ts';
import { bindingSuite, wireSuite } from './binding.features.ts';
import { Till } from './till.protocol.ts';

const throughBytes = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const close = async () => undefined;

bindingSuite('in process', async (implementation, serving) => ({
  port: bindLocal(Till, implementation, serving),
  close,
}));

wireSuite('through bytes', async (implementation, serving) => {
  const handle = serve(Till, implementation, serving);
  const raw = async (...[operation, input, context]: Parameters<typeof handle>): Promise<Wire> =>
    throughBytes(await handle(operation, throughBytes(input), throughBytes(context)));
  return { port: connect(Till, raw), raw, close };
});
