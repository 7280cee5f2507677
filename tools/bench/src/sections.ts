/** The sections of the bench, each with the bars that the issues name. */
import { callsLocal, callsOverNats } from './calls.ts';
import { appends, postings, transitions } from './commits.ts';
import type { Figure } from './figures.ts';
import { checkout } from './checkout.ts';
import { importing } from './importing.ts';
import { reading } from './reading.ts';

export interface Load {
  /** Short cells, to see that a section runs; its figures say little. */
  readonly isQuick: boolean;
}
export interface Section {
  readonly name: string;
  readonly title: string;
  run(load: Load): Promise<readonly Figure[]>;
}

export const sections: readonly Section[] = [
  { name: 'local', title: 'Calls in process', run: callsLocal },
  { name: 'nats', title: 'Calls over NATS, 64 in flight', run: callsOverNats },
  { name: 'transition', title: 'Transitions: document, two events, receipt', run: transitions },
  { name: 'posting', title: 'Postings with all laws checked', run: postings },
  { name: 'append', title: 'Appends against Emmett', run: appends },
  { name: 'events', title: 'Events: read side, and from commit to handler', run: reading },
  { name: 'checkout', title: 'Checkout over HTTP, until the last reaction', run: checkout },
  { name: 'import', title: 'Import of a real file', run: importing },
];
