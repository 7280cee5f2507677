/** The lines that an import refused, as a file that a spreadsheet opens. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ImportReport } from '@morrow/adapter-retail-csv';
import { stringify } from 'csv-stringify/sync';
import { checkout } from './session.ts';

const head = ['line', 'column', 'value', 'reason', 'amount'];

const reportsFolder = () =>
  join(resolve(process.env['M_DATA'] || join(checkout, '.data')), 'import-reports');

/** Writes a line for each refusal that the report names, and gives the path of the file; it lies in
 * the data folder, readable for its owner alone. Cells that a spreadsheet would take for formulas
 * are written as text. */
export function writeRefusals({ importId, refused }: ImportReport, imported: string): string {
  const folder = reportsFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const name = basename(imported).replace(/[^\w.-]/g, '_');
  const file = join(folder, `${name}-${importId}-refused.csv`);
  const rows = refused.reasons.map(({ line, column = '', value = '', reason, amount }) => [
    String(line),
    column,
    value,
    reason,
    amount,
  ]);
  const text = stringify([head, ...rows], { escape_formulas: true });
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
