/** Transitions with two events and a receipt, and appends of one event to a new stream, relay
 * running. */
import { systemClock, systemIds } from '@morrow/adapter-local';
import { unitOf, type DocumentRow, type Transition } from '@morrow/document-keeper';
import { serveVariants } from '../subject.ts';
import { callContext } from './priced.ts';
import { moving, opening, openDesk } from './tickets.ts';

const callers = 32;
const documentsOfCaller = 60;
const desk = await openDesk('bench_transition');

const commit = (transition: Transition, key: string) => {
  const settle = (output: unknown) => ({ key, fingerprint: 'f', answer: { ok: output as string } });
  const receipt = { key, fingerprint: 'f', settle, stored: () => undefined };
  const context = { ...callContext(key), receipt };
  const change = { transitions: [transition], output: 'moved' };
  return desk.store.commit(unitOf(context, systemClock.now(), change));
};
/** Documents of each caller, as it last saw them. */
const rows: DocumentRow[][] = [];
for (let caller = 0; caller < callers; caller++) {
  const own = Array.from({ length: documentsOfCaller }, () => opening(systemIds.next()));
  await Promise.all(own.map((transition) => commit(transition, systemIds.next())));
  rows.push(own.map(({ row }) => row));
}
let at = 0;
await serveVariants(
  [
    {
      name: 'transition',
      concurrencies: [8, 32],
      async fn(caller) {
        const own = rows[caller] ?? [];
        const place = at++ % documentsOfCaller;
        const row = own[place];
        if (!row) throw new Error(`There is no caller ${caller}`);
        const transition = moving(row, at);
        await commit(transition, systemIds.next());
        own[place] = transition.row;
      },
    },
    {
      name: 'append1',
      concurrencies: [1, 8],
      fn: () => commit(opening(systemIds.next()), systemIds.next()),
    },
  ],
  () => desk.close(),
);
