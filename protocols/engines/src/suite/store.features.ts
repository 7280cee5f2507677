/** What every store does alike, part by part: the same calls have the same outcomes. */
import { commitSuite } from './commit.features.ts';
import { filtersSuite } from './filters.features.ts';
import { inboxSuite } from './inbox.features.ts';
import { ledgerSuite } from './ledger.features.ts';
import type { OpenBooks } from './notes.ts';
import { readsSuite } from './reads.features.ts';
import { rebuildSuite } from './rebuild.features.ts';
import { relaySuite } from './relay.features.ts';
import { stockSuite } from './stock.features.ts';
import { timersSuite } from './timers.features.ts';
import { upkeepSuite } from './upkeep.features.ts';
import { workflowTablesSuite } from './workflow-tables.features.ts';

const parts = [
  ...[commitSuite, readsSuite, filtersSuite, relaySuite, inboxSuite, timersSuite],
  ...[ledgerSuite, stockSuite, workflowTablesSuite, upkeepSuite, rebuildSuite],
];

/** Runs the suite on an engine; `open` gives each test a database of its own. */
export function storeSuite(engine: string, open: OpenBooks): void {
  for (const suite of parts) suite(engine, open);
}
