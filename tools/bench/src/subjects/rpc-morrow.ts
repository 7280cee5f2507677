/** Protocol calls over NATS; the answering side is a process of its own, as with the peers. */
import { fork } from 'node:child_process';
import { connectNats, natsTransport, serveNats } from '@morrow/adapter-nats';
import { connect, serve } from '@morrow/contract';
import { serveVariants } from '../subject.ts';
import { callContext, Priced, priced, pricedProtocol } from './priced.ts';

const url = `nats://${process.env['NATS_URL'] ?? '127.0.0.1:4333'}`;
if (process.env['RPC_CHILD']) {
  const link = await connectNats({ url, name: 'bench-serves' });
  serveNats(link, pricedProtocol, serve(Priced, priced, { hasTenant: () => true }));
  await link.connection.flush();
  process.send?.('up');
  process.on('disconnect', () => process.exit(0));
} else {
  const child = fork(import.meta.filename, [], { env: { ...process.env, RPC_CHILD: '1' } });
  await new Promise((up) => child.once('message', up));
  const link = await connectNats({ url, name: 'bench-calls' });
  const port = connect(Priced, natsTransport(link, pricedProtocol));
  let id = 0;
  const call = async () => {
    const input = { id: id++, sku: 'ABC-1', qty: 3 };
    const output = await port.price(input, callContext());
    if (output.id !== input.id) throw new Error('The answer is for another call');
  };
  await serveVariants([{ name: 'protocol', concurrencies: [1, 64], fn: call }], async () => {
    child.kill();
    await link.close();
  });
}
