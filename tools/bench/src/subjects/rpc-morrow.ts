/** Protocol calls over NATS, sealed as in a fleet; the answering side is a process of its own, as
 * with the peers. Once with the input of the peers alone, once with the signed claim besides. */
import { fork } from 'node:child_process';
import { newPrivateKey, openClaims, privateKeyOf } from '@morrow/adapter-ed25519';
import {
  connectNats,
  messageKeyFrom,
  messageSeal,
  natsTransport,
  serveNats,
} from '@morrow/adapter-nats';
import { connect, serve, type CallContext } from '@morrow/contract';
import { serveVariants } from '../subject.ts';
import { callContext, Priced, priced } from './priced.ts';

const url = `nats://${process.env['NATS_URL'] ?? '127.0.0.1:4333'}`;
const key = process.env['RPC_KEY'] ?? newPrivateKey();
const claims = openClaims({ privateKey: privateKeyOf(key) });
const seal = messageSeal([messageKeyFrom(Buffer.from(key, 'base64'))]);
const serving = { hasTenant: () => true };
if (process.env['RPC_KEY']) {
  const link = await connectNats({ url, name: 'bench-serves', seal });
  serveNats(link, Priced, serve(Priced, priced, serving), { tenants: ['main'] });
  const proving = serve(Priced, priced, { ...serving, claims });
  serveNats(link, Priced, proving, { tenants: ['claimed'], claims });
  await link.connection.flush();
  process.send?.('up');
  process.on('disconnect', () => process.exit(0));
} else {
  const child = fork(import.meta.filename, [], { env: { ...process.env, RPC_KEY: key } });
  await new Promise((up) => child.once('message', up));
  const link = await connectNats({ url, name: 'bench-calls', seal });
  const port = connect(Priced, natsTransport(link, Priced));
  let id = 0;
  const call = async (context: CallContext) => {
    const input = { id: id++, sku: 'ABC-1', qty: 3 };
    const output = await port.price(input, context);
    if (output.id !== input.id) throw new Error('The answer is for another call');
  };
  const proven = () => {
    const context = { ...callContext(), tenant: 'claimed' };
    return { ...context, claim: claims.claimFor(context) };
  };
  const variants = [
    { name: 'protocol', concurrencies: [1, 64], fn: () => call(callContext()) },
    { name: 'claimed', concurrencies: [1, 64], fn: () => call(proven()) },
  ];
  await serveVariants(variants, async () => {
    child.kill();
    await link.close();
  });
}
