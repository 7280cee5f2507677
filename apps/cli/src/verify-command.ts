/** `morrow verify`: the laws of each domain and those between them, and what is pending besides. */
import { keepingOf } from '@morrow/protocol-keeping';
import { bookedSums, publishedSoFar } from './laws/booked-sums.ts';
import { handledEvents } from './laws/handled-events.ts';
import type { Breach, Law } from './laws/law.ts';
import { deadLetters, pendingItems, type DeadLetters } from './laws/pending-items.ts';
import { reservedStock } from './laws/reserved-stock.ts';
import { stockFaults } from './laws-across.ts';
import { replayFaults } from './replay-command.ts';
import type { Session } from './session.ts';
import { settled } from './settled.ts';

const laws: readonly Law[] = [handledEvents, bookedSums, reservedStock];
/** How often the laws are checked where something happened meanwhile. */
const triesMax = 5;
/** Breaches that are listed; the others are counted. */
const breachesMax = 200;

interface Found {
  readonly breaches: readonly Breach[];
  readonly more: number;
}
async function breachesNow(session: Session): Promise<Found> {
  const breaches: Breach[] = [];
  let more = 0;
  for (const law of laws)
    for await (const found of law(session))
      if (breaches.length < breachesMax) breaches.push(found);
      else more++;
  return { breaches, more };
}

const quiet = () => undefined;

/** The laws between domains at a moment when nothing was under way: what is found while domains
 * publish is looked at again. */
async function breachesAcross(session: Session): Promise<Found> {
  for (let tries = 1; ; tries++) {
    const before = await publishedSoFar(session);
    const found = await breachesNow(session);
    const isQuiet = before === (await publishedSoFar(session)) && !/\+[1-9]/.test(before);
    if (!found.breaches.length || isQuiet || tries >= triesMax) return found;
    await settled(session, quiet, { parked: 'left' });
  }
}

/** What the laws between domains find, in sentences. */
export interface Findings {
  readonly breaches: readonly string[];
  /** Breaches about a document whose event is a dead letter: gone once the letter is handled. */
  readonly waiting: readonly string[];
  /** Breaches that are counted only. */
  readonly more: number;
  readonly letters: DeadLetters;
}
export async function findingsAcross(session: Session): Promise<Findings> {
  const across = await breachesAcross(session);
  const letters = await deadLetters(session);
  const isExplained = ({ about }: Breach) => about.some((id) => letters.about.has(id));
  const [waiting, broken] = [true, false].map((explained) =>
    across.breaches.filter((found) => isExplained(found) === explained).map((one) => one.sentence),
  ) as [string[], string[]];
  const stock = waiting.length ? [] : await stockFaults(session);
  return { breaches: [...broken, ...stock], waiting, more: across.more, letters };
}

/** Sentences of what breaks a law of one domain: its own checks, and its replay. */
async function breachesWithin(session: Session): Promise<readonly string[]> {
  const sentences: string[] = [];
  for (const domain of session.domains) {
    const { faults } = await session.port(keepingOf(domain)).verify({}, session.context());
    const found = [...faults, ...(await replayFaults(session, domain))];
    sentences.push(...found.map((fault) => `${domain}: ${fault}`));
  }
  return sentences;
}

function printList(heading: string, sentences: readonly string[]): void {
  if (!sentences.length) return;
  console.log(heading);
  for (const sentence of sentences) console.log(`  ${sentence}`);
}

/** Prints what breaks a law, and apart from it what is pending; only a breach makes the command
 * fail. */
export async function verify(session: Session): Promise<void> {
  await settled(session, quiet, { parked: 'left' });
  const within = await breachesWithin(session);
  const { breaches: across, waiting, more, letters } = await findingsAcross(session);
  const breaches = [...within, ...across];
  const count = breaches.length + more;
  for (const sentence of breaches) console.log(sentence);
  if (more) console.log(`and ${more} more`);
  console.log(count ? `Breaches: ${count}` : 'All laws hold.');
  printList('Dead letters:', letters.sentences);
  printList('Waiting for dead letters:', waiting);
  printList('Pending:', await pendingItems(session));
  if (count) process.exitCode = 1;
}
