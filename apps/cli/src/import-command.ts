/** `morrow import retail`: reads a file here, sends commands to the server, reports
 * to the penny. */
import { createReadStream, existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { importRetail, type Progress } from '@morrow/adapter-retail-csv';
import { Companies } from '@morrow/protocol-companies';
import { Imports } from '@morrow/protocol-imports';
import { Items } from '@morrow/protocol-items';
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { checkout, type Session } from './session.ts';
import { settled } from './settled.ts';

/** December 2010, for whoever has nothing else. */
const sample = resolve(checkout, 'deploy/samples/online-retail-2010-12.csv.gz');

/** A line that is written over on a terminal, and left out of a file. */
const overwrite = (line: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
};
const shown = ({ lines, linesTotal, ratePerSecond, etaSeconds }: Progress) =>
  `${lines} of ${linesTotal} lines, ${Math.round(ratePerSecond)} a second, ${Math.ceil(etaSeconds)} s left`;

export async function importFile(
  session: Session,
  file: string,
  options: { readonly report?: string; readonly costShare?: string },
): Promise<void> {
  const path = file === 'sample' ? sample : resolve(file);
  if (!existsSync(path)) throw new Error(`There is no file ${path}.`);
  const { port, context } = session;
  const started = performance.now();
  const report = await importRetail({
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
  if (options.report) {
    const { lines, posted, refused, ...more } = report;
    writeFileSync(
      options.report,
      `${JSON.stringify({ lines, posted, refused, ...more }, null, 2)}\n`,
    );
  }
  await settled(session, overwrite);
  overwrite('');
  const seconds = (performance.now() - started) / 1000;
  const { posted, refused, parts, returns } = report;
  const rate = Math.round(report.lines / seconds);
  console.log(`${report.lines} lines in ${seconds.toFixed(1)} s, ${rate} a second, all handled`);
  console.log(`  file      ${report.lines} lines  ${report.amount}`);
  console.log(`  posted    ${posted.lines} lines  ${posted.amount}`);
  console.log(`  refused   ${refused.lines} lines  ${refused.amount}`);
  for (const { name, lines, amount } of parts)
    console.log(`    ${name.padEnd(24)} ${String(lines).padStart(7)}  ${amount}`);
  console.log(
    `  cancellations: ${returns.matched} matched, ${returns.partMatched} in part, ${returns.unmatched} unmatched`,
  );
}
