/** Growth: what an event costs from its append over its number to its handler, where few and where
 * many are stored. The sizes take turns in one run, so that a busy neighbour meets them all. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Reaction } from '@morrow/contract';
import { startServers } from './side-by-side.ts';
import { median, shown, type Figure, type Load } from './figures.ts';
import { Priced } from './subjects/priced.ts';
import { eventsOf, fill, openDesk, type Desk } from './subjects/tickets.ts';

const sizes = [10_000, 100_000, 1_000_000];
const filling = { movesEach: 25 };
/** One window: a hundred documents at once, 2,100 events. */
const window = { documents: 100, movesEach: 10 };
/** The cost of a million events may be so much of that of ten thousand. */
const ratioMax = 1.25;

interface Grown {
  readonly size: number;
  readonly desk: Desk;
  /** Events that the handler was given. */
  handled(): number;
  readonly wall: number[];
  readonly cpu: number[];
}

async function grown(size: number): Promise<Grown> {
  let seen = 0;
  const reaction: Reaction = {
    kind: 'reaction',
    name: 'count',
    on: Priced,
    events: ['opened', 'moved', 'noted'],
    handle: async (events) => void (seen += events.length),
  };
  const desk = await openDesk(`bench_growth_${size}`, [reaction]);
  const documents = Math.ceil(size / eventsOf(1, filling.movesEach));
  await fill(desk, documents, filling.movesEach);
  const one = { size, desk, handled: () => seen, wall: [], cpu: [] };
  await allHandled(one, eventsOf(documents, filling.movesEach));
  return one;
}
async function allHandled({ handled }: Grown, events: number): Promise<void> {
  while (handled() < events) await pause(1);
}

/** Appends a window of events and waits until the last is handled; gives µs an event, of the clock
 * and of this process. */
async function windowOf(one: Grown): Promise<readonly [wall: number, cpu: number]> {
  const { documents, movesEach } = window;
  const events = eventsOf(documents, movesEach);
  const end = one.handled() + events;
  const [start, used] = [performance.now(), process.cpuUsage()];
  await fill(one.desk, documents, movesEach);
  await allHandled(one, end);
  const { user, system } = process.cpuUsage(used);
  return [((performance.now() - start) * 1000) / events, (user + system) / events];
}

export async function growth({ isQuick }: Load): Promise<readonly Figure[]> {
  startServers();
  const all: Grown[] = [];
  try {
    for (const size of isQuick ? sizes.slice(0, 2) : sizes) {
      process.stderr.write(`  ${shown(size)} events are stored …\n`);
      all.push(await grown(size));
    }
    for (let round = -1; round < (isQuick ? 3 : 15); round++)
      for (const one of round % 2 ? all : all.toReversed()) {
        const [wall, cpu] = await windowOf(one);
        if (round < 0) continue;
        one.wall.push(wall);
        one.cpu.push(cpu);
      }
    return figuresOf(all);
  } finally {
    for (const { desk } of all) await desk.drop();
  }
}

function figuresOf(all: readonly Grown[]): readonly Figure[] {
  const [least] = all;
  return all.flatMap((one) => {
    const name = `at ${shown(one.size)} events`;
    const cpu = `${shown(median(one.cpu))} µs of CPU in Node`;
    const cost = { name: `append, number and handle ${name}`, value: median(one.wall), unit: 'µs' };
    if (!least || one === least) return [{ ...cost, detail: cpu }];
    const ratio = median(one.wall.map((value, round) => value / (least.wall[round] ?? NaN)));
    const overLeast = { name: `${name} over ${shown(least.size)}`, value: ratio, unit: '×' };
    return [
      { ...cost, detail: cpu },
      { ...overLeast, bar: { atMost: ratioMax } },
    ];
  });
}
