/** The sections of the bench, each with the bars that the issues name. */
import { callsLocal, callsOverNats } from './calls.ts';
import { appends, postings, transitions, workflows } from './commits.ts';
import type { Figure, Load } from './figures.ts';
import { checkout } from './checkout.ts';
import { firstStep } from './first-step.ts';
import { growth } from './growth.ts';
import { listing } from './listing.ts';
import { importing } from './importing.ts';
import { reading } from './reading.ts';
import { replaying } from './replaying.ts';
export interface Section {
  readonly name: string;
  readonly title: string;
  /** Whether it needs the floors and peers, or their servers. */
  readonly isBased: boolean;
  run(load: Load): Promise<readonly Figure[]>;
}

const own = (name: string, title: string, run: Section['run']): Section => ({
  ...{ name, title, run },
  isBased: false,
});
const based = (name: string, title: string, run: Section['run']): Section => ({
  ...{ name, title, run },
  isBased: true,
});
export const sections: readonly Section[] = [
  own('local', 'Calls in process', callsLocal),
  based('nats', 'Calls over NATS, 64 in flight', callsOverNats),
  based('transition', 'Transitions: document, two events, receipt', transitions),
  based('posting', 'Postings with all laws checked', postings),
  based('append', 'Appends against Emmett', appends),
  based('durable', 'Workflows of three steps against DBOS', workflows),
  based('start', 'Workflows: from an event to the first step', firstStep),
  based('events', 'Events: read side, and from commit to handler', reading),
  based('replay', 'Replay: the read side, a late handler, and a whole domain', replaying),
  based('growth', 'Growth: cost of an event at 10⁴, 10⁵ and 10⁶ stored', growth),
  own('lists', 'Lists of a million records, 50 a page', listing),
  based('checkout', 'Checkout over HTTP, until the last reaction', checkout),
  own('import', 'Import of a real file', importing),
];
