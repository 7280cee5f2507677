/** `morrow import retail`: reads a file here, sends commands to the server, reports
 * to the penny. */
import { accessSync, constants, createReadStream, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  importRetail,
  isImportFailed,
  type ImportReport,
  type Progress,
  type RetailImport,
} from '@morrow/adapter-retail-csv';
import { Companies } from '@morrow/protocol-companies';
import { Imports } from '@morrow/protocol-imports';
import { Items } from '@morrow/protocol-items';
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { bookedText } from './import-runs.ts';
import { writeRefusals } from './refusals-file.ts';
import { writeCommands } from './safe-output.ts';
import type { Session } from './session.ts';
import { settled } from './settled.ts';

/** A line that is written over on a terminal, and left out of a file. */
const overwrite = (line: string) => {
  if (process.stderr.isTTY) writeCommands(process.stderr, `\r\u001b[K${line}`);
};
const shown = ({ lines, linesTotal, ratePerSecond, etaSeconds }: Progress) =>
  `${lines} of ${linesTotal} lines, ${Math.round(ratePerSecond)} a second, ` +
  `${Math.ceil(etaSeconds)} s left`;

const minute = (at: Date) => at.toISOString().slice(0, 16).replace('T', ' ');
const refusalsShown = 10;

const reportText = ({ lines, amount, posted, refused, parts, returns }: ImportReport): string =>
  `${JSON.stringify({ lines, amount, posted, refused, parts, returns }, null, 2)}\n`;

/** Fails before anything is done where a file could not be written; writes nothing yet. */
export function refuseUnwritable(what: string, file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  try {
    accessSync(found ? file : dirname(resolve(file)), constants.W_OK);
  } catch {
    throw new Error(`${what} cannot be written to ${file}: name another file.`);
  }
  if (found?.isDirectory()) throw new Error(`${file} is a folder: name a file in it.`);
}

export async function importFile(
  session: Session,
  path: string,
  options: { readonly report?: string; readonly costShare?: string },
): Promise<void> {
  const { port, context } = session;
  const started = performance.now();
  const report = await importing({
    open: () => createReadStream(path),
    fileName: path,
    ports: {
      companies: port(Companies),
      imports: port(Imports),
      items: port(Items),
      ledger: port(Ledger),
      orders: port(Orders),
      parties: port(Parties),
      returns: port(Returns),
      stock: port(Stock),
      warehouses: port(Warehouses),
    },
    context,
    costShare: options.costShare,
    onProgress: (progress) => overwrite(shown(progress)),
  });
  if (options.report) writeFileSync(options.report, reportText(report));
  await settled(session, overwrite);
  overwrite('');
  const seconds = (performance.now() - started) / 1000;
  const rate = Math.round(report.lines / seconds);
  console.log(
    report.importedAt
      ? `The file was already imported (${minute(report.importedAt)} UTC); nothing was done again.`
      : `${report.lines} lines in ${seconds.toFixed(1)} s, ${rate} a second, all handled`,
  );
  printFigures(report);
  if (!report.refused.lines) return;
  const file = writeRefusals(report, path);
  console.log(`  The refused lines are listed in ${file}`);
  process.exitCode = exitCodeOfRefusals;
}

/** Of a command that did its work but for lines that it refused. */
const exitCodeOfRefusals = 2;

/** Imports; one that cannot continue says what it booked, and what can be done about it. */
async function importing(options: RetailImport): Promise<ImportReport> {
  try {
    return await importRetail(options);
  } catch (error) {
    if (!isImportFailed(error)) throw error;
    const { message, booked, importId } = error;
    throw new Error(
      `${message}\n  ${bookedText(booked)}. Import the file again to continue, ` +
        `or give it up: \`morrow import abandon ${importId}\`.`,
      { cause: error },
    );
  }
}

/** Where the other refusals are named: a run that is shown again knows the first hundred only. */
const moreSaid = ({ lines, reasons }: ImportReport['refused']): string =>
  reasons.length === lines
    ? ': --report FILE names all of them'
    : `: --report FILE names the first ${reasons.length}`;

function printFigures({ lines, amount, posted, refused, parts, returns }: ImportReport): void {
  console.log(`  file      ${lines} lines  ${amount}`);
  console.log(`  posted    ${posted.lines} lines  ${posted.amount}`);
  for (const part of parts)
    console.log(`    ${part.name.padEnd(24)} ${String(part.lines).padStart(7)}  ${part.amount}`);
  const { matched, partMatched, unmatched } = returns;
  console.log(
    `  cancellations: ${matched} matched, ${partMatched} in part, ${unmatched} unmatched`,
  );
  console.log(`  refused   ${refused.lines} lines  ${refused.amount}`);
  for (const { line, reason } of refused.reasons.slice(0, refusalsShown))
    console.log(`    line ${line}: ${reason}`);
  const more = refused.lines - refusalsShown;
  if (more > 0) console.log(`    and ${more} more${moreSaid(refused)}`);
}
