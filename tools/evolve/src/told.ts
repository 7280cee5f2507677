/** What a person reads after each phase, and the last line. */
import type { PhaseReport } from './story.ts';
import { tableOf } from './standing.ts';

const day = (at: Date | undefined) => at?.toISOString().slice(0, 10) ?? 'no day';
const sum = (numbers: Iterable<number>) => [...numbers].reduce((all, each) => all + each, 0);

export function* linesOf(report: PhaseReport): Iterable<string> {
  const { phase, share, folders, treeHash, placed, refused, proofs, standings } = report;
  const open = standings.filter(({ isFinished }) => !isFinished).length;
  const took = `${Math.round(report.tookMs / 1000)} s`;
  yield `Phase ${phase.number}, ${took}: ${phase.summary}`;
  yield `  tree      ${treeHash.slice(0, 16)} outside the phases; phases ${folders.join(', ')}`;
  const days = `${day(share[0]?.placedAt)} to ${day(share.at(-1)?.placedAt)}`;
  const no = sum(refused.values());
  yield `  orders    ${placed} placed, of ${days} in the file; ${no} refused by rules`;
  for (const [rule, orders] of refused) yield `            ${orders} by ${rule}`;
  yield `  goods     ${report.short} orders were to find too little`;
  yield `  people    ${report.decided} approvals decided, ${report.notices} notices sent so far`;
  for (const line of tableOf(standings)) yield `    ${line}`;
  const moved = [...report.moves].map(([to, orders]) => `${orders} ${to}`).join(', ');
  yield `  routed    ${moved || 'none: all goods leave from one warehouse'}`;
  yield `  open      ${open}, of them ${report.openOnOld} on flows of earlier phases`;
  yield `  finished  ${report.finishedOnOld} on flows of earlier phases, since this one began`;
  const { events, tables, differences, books } = proofs;
  yield `  replay    ${events} events make ${tables} tables: ${differences.length} differences`;
  yield `  books     ${books} in debit and in credit`;
  yield `  digest    ${report.digest}`;
  for (const fault of report.faults) yield `  WRONG     ${fault}`;
}

/** The line that everything comes to. */
export function lastLineOf(reports: readonly PhaseReport[]): string {
  const last = reports.at(-1);
  const faults = sum(reports.map((each) => each.faults.length));
  const all = last?.standings ?? [];
  const ended = all.filter(({ isFinished }) => isFinished);
  const flows = new Set(ended.map(({ flow }) => flow)).size;
  const late = sum(reports.map(({ finishedOnOld }) => finishedOnOld));
  const refused = sum(reports.flatMap((each) => [...each.refused.values()]));
  return [
    `${reports.length} phases on one database:`,
    `${ended.length} of ${all.length} orders have finished, each on its own of ${flows} flows,`,
    `${late} of them in a later phase than they began in, ${refused} refused by rules;`,
    `${last?.proofs.events ?? 0} events replayed, ${faults} differences.`,
  ].join(' ');
}
