/** Replay: events read again in order with a checkpoint for each batch, a handler that begins late,
 * and a domain's tables derived anew beside those in use. */
import { setTimeout as pause } from 'node:timers/promises';
import type { DocumentType, Reaction } from '@morrow/contract';
import { handled, ownEvents, Replays } from '@morrow/event-keeper';
import { startServers } from './side-by-side.ts';
import { median, shown, type Figure, type Load } from './figures.ts';
import { Priced } from './subjects/priced.ts';
import { eventsOf, fill, openDesk, ticket, type Desk } from './subjects/tickets.ts';

const batch = 1000;
const movesEach = 25;
const ofBench = ['opened', 'moved', 'noted'];

const rateOf = (events: number, sinceMs: number) => (events * 1000) / (performance.now() - sinceMs);

/** Reads and decodes every event, and marks each batch in a commit of its own, as handlers do. */
async function readWithCheckpoints({ store }: Desk, handler: string): Promise<number> {
  const source = ownEvents(store);
  const start = performance.now();
  let read = 0;
  for (let after = 0; ;) {
    const events = await source.since(after, batch);
    for (const event of events) after = handled(Priced, event).number;
    const numbers = events.map(({ number }) => number);
    if (events.length)
      await store.transact(handler, async (session) => {
        await session.take(handler, 'bench', numbers);
      });
    read += events.length;
    if (events.length < batch) return rateOf(read, start);
  }
}

/** A reaction that is added when all events are there already. */
async function lateHandler(database: string, events: number): Promise<number> {
  let seen = 0;
  const reaction: Reaction = {
    kind: 'reaction',
    name: 'late',
    on: Priced,
    events: ofBench,
    handle: async (some) => void (seen += some.length),
  };
  const start = performance.now();
  const desk = await openDesk(database, [reaction]);
  try {
    while (seen < events) await pause(2);
    return rateOf(events, start);
  } finally {
    await desk.drop();
  }
}

/** `morrow replay --dry-run` without its command line: every row derived, written and compared. */
async function wholeDomain({ stores }: Desk, events: number): Promise<number> {
  const documents = [ticket] as unknown as readonly DocumentType[];
  const replays = new Replays(stores, { documents, protocols: [Priced] }, (_, cause) => {
    throw cause;
  });
  const start = performance.now();
  await replays.begin('main', false);
  await replays.stop();
  const rate = rateOf(events, start);
  const { phase, read, faults, tables } = await replays.state('main');
  const isEqual = tables.every(({ hash, rebuiltHash }) => hash === rebuiltHash);
  if (phase !== 'done' || read !== events || !isEqual)
    throw new Error(`the replay came to ${phase} after ${read} events: ${faults.join('; ')}`);
  return rate;
}

export async function replaying({ isQuick }: Load): Promise<readonly Figure[]> {
  startServers();
  const documents = isQuick ? 200 : 4000;
  const events = eventsOf(documents, movesEach);
  const database = 'bench_replay';
  const desk = await openDesk(database);
  const [reads, wholes]: [number[], number[]] = [[], []];
  try {
    await fill(desk, documents, movesEach);
    while ((await desk.store.relay.position()).waiting) await pause(50);
    for (let round = 0; round < (isQuick ? 1 : 5); round++) {
      reads.push(await readWithCheckpoints(desk, `reader${round}`));
      wholes.push(await wholeDomain(desk, events));
    }
  } finally {
    await desk.close();
  }
  const late = await lateHandler(database, events);
  const detail = `${shown(events)} events`;
  return [
    {
      name: `read in order, a checkpoint once per ${batch}`,
      value: median(reads),
      unit: '1/s',
      bar: { atLeast: 50_000 },
      detail,
    },
    { name: 'a reaction that begins late, in its own batches', value: late, unit: '1/s', detail },
    { name: 'a domain derived and compared', value: median(wholes), unit: '1/s', detail },
  ];
}
