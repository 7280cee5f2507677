/** `morrow`: import, report, export, digest, verify, and what an operator asks for. */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { spreadsheetCell } from '@morrow/kernel';
import { keepingOf } from '@morrow/protocol-keeping';
import { systemSentence } from '@morrow/adapter-local';
import { refuseNoBusiness, releaseHere, whereLine } from './data-in-use.ts';
import { lettersOf } from './dead-letters.ts';
import { digestOf } from './digest.ts';
import { addApprovals } from './approval-command.ts';
import { addBroker } from './broker-command.ts';
import { addHelp, needsHosted, sentenceOf } from './help-command.ts';
import { addFind } from './find-command.ts';
import { addLifecycles } from './lifecycle-command.ts';
import { importFile, refuseUnwritable } from './import-command.ts';
import { readablePath } from './readable-path.ts';
import { abandonImport, importRuns } from './import-runs.ts';
import { haltedLine } from './laws-across.ts';
import { exportForms, exportJournal, type ExportForm } from './plain-text.ts';
import { addLetters } from './letter-command.ts';
import { printReplay, replayed } from './replay-command.ts';
import { addReports } from './report-command.ts';
import type { Report } from './report.ts';
import { guardOutput, refuseUnreadable } from './safe-output.ts';
import { openSession, type Session } from './session.ts';
import { settled } from './settled.ts';
import { addTenants } from './tenant-command.ts';
import { tableLines } from './text-table.ts';
import { verify } from './verify-command.ts';
import { addWorkflows } from './workflow-command.ts';

const program = new Command('morrow')
  .description(
    'The command line of Morrow. It talks to the running server, or opens the data itself if no ' +
      'server runs.',
  )
  .option('--tenant <name>', 'tenant to work for (with npx, put it after the command)', 'main')
  .option('-q, --quiet', 'do not print the server and the data folder')
  .version(`morrow ${releaseHere()}`, '-V, --version', 'print the release')
  .helpOption('-h, --help', 'show this help')
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(sentenceOf(text)) });

/** Runs a command in a session; closes it whatever happens. */
const inSession =
  <Arguments extends unknown[]>(run: (session: Session, ...args: Arguments) => Promise<void>) =>
  async (...args: Arguments): Promise<void> => {
    const { tenant, quiet: isQuiet } = program.opts<{ tenant: string; quiet?: boolean }>();
    refuseNoBusiness(program.args[0]);
    const session = await openSession(tenant);
    if (!isQuiet) process.stderr.write(whereLine(session, tenant));
    try {
      await run(session, ...args);
    } finally {
      await session.close();
    }
  };
const quiet = () => undefined;
const share = (text: string): string => {
  if (/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/.test(text)) return text;
  throw new InvalidArgumentError('A share is a number from 0 to 1 with at most six decimals.');
};

function print({ head, rows, json, ...shape }: Report, format: string): void {
  if (format === 'json') console.log(JSON.stringify(json, null, 2));
  else if (format === 'csv')
    process.stdout.write(stringify([head, ...rows].map((row) => row.map(spreadsheetCell))));
  else process.stdout.write(`${[...tableLines(head, rows, shape)].join('\n')}\n`);
}

const imports = program.command('import').description('import data from a file');
imports
  .command('retail <file>')
  .description(
    'import the Online Retail file, .csv or .gz; `sample` is the file that comes with Morrow',
  )
  .option('--report <file>', 'write the reconciliation to a file as JSON')
  .option('--cost-share <share>', 'unit cost as a share of the median price', share, '0.6')
  .action(async (file: string, options: { report?: string; costShare?: string }) => {
    const path = readablePath(file);
    if (options.report) refuseUnwritable('The report', options.report);
    await inSession((session) => importFile(session, path, options))();
  });
imports
  .command('list')
  .description('the runs of importers, with what each booked and refused')
  .addOption(new Option('--format <format>').choices(['table', 'csv', 'json']).default('table'))
  .action(
    inSession(async (session, { format }: { format: string }) =>
      print(await importRuns(session), format),
    ),
  );
imports
  .command('abandon <import>')
  .description('give up an unfinished run, named by its id or file; what it booked stays')
  .option('--note <text>', 'why')
  .action(
    inSession((session, which: string, { note }: { note?: string }) =>
      abandonImport(session, which, note),
    ),
  );
addReports(program, { inSession, print });
program
  .command('export')
  .addArgument(new Argument('<form>').choices(exportForms))
  .description('write the journal as plain text for beancount or hledger')
  .option('--out <file>', 'write to a file instead of standard output')
  .action(async (form: ExportForm, { out }: { out?: string }) => {
    if (out) refuseUnwritable('The journal', out);
    await inSession((session) => exportJournal(session, form, out))();
  });
program
  .command('digest')
  .description('print one hash over books, stock and orders, without ids and times')
  .option('--lines', 'print the lines that are hashed')
  .action(
    inSession(async (session, { lines }: { lines?: boolean }) => {
      await settled(session, quiet);
      const hex = await digestOf(session, lines ? (line) => console.log(line) : quiet);
      console.log(hex);
    }),
  );
program
  .command('verify')
  .description('check that books, stock, orders and events are consistent; list pending work apart')
  .action(inSession(verify));
type ReplayAsked = [domain: string | undefined, options: { dryRun?: boolean }, command: Command];
program
  .command('replay')
  .argument('[domain]', 'a hosted domain, such as orders (default: all domains)')
  .description('rebuild the tables of a domain from its events, compare them, and swap them in')
  .addOption(
    new Option('--dry-run', 'only compare, and print what would change').conflicts('apply'),
  )
  .addOption(new Option('--apply', 'swap the rebuilt tables in (default)'))
  .action(
    inSession(async (session, ...asked: ReplayAsked) => {
      const [domain, { dryRun }, command] = asked;
      if (domain !== undefined) needsHosted(session, domain, command);
      const say = (line: string) => process.stderr.write(`${line}\n`);
      for (const name of domain === undefined ? session.domains : [domain]) {
        const state = await replayed(session, name, !dryRun, say);
        if (!printReplay(name, state) && !state.isSwapped) process.exitCode = 1;
      }
    }),
  );
addLifecycles(program, { inSession, print });
program
  .command('lag')
  .description('show how far events are published and handled, and what failed')
  .action(
    inSession(async (session) => {
      const { domains, port, context } = session;
      for (const domain of domains) {
        const { published, waiting, handlers } = await port(keepingOf(domain)).lag({}, context());
        console.log(`${domain}: ${published} events published, ${waiting} not yet published`);
        for (const { name, producer, watermark, parked } of handlers)
          console.log(
            `  ${name} has handled events of ${producer} up to ${watermark}; ${parked} failed`,
          );
        for await (const letter of lettersOf(session, domain)) {
          const { handler, number, timer, attempts, sentence } = letter;
          const what = timer === undefined ? number : `the timer ${timer}`;
          console.log(`  failed in ${handler}: ${what}, ${attempts} attempts: ${sentence}`);
        }
      }
      const halted = await haltedLine(session);
      if (halted) console.log(halted);
    }),
  );
addLetters(program, inSession);
addWorkflows(program, { inSession, print });
addApprovals(program, { inSession, print });
addFind(program, { inSession });
addTenants(program, { inSession, print });

addBroker(program);
addHelp(program);
// whoever reads the output may have enough of it, as `head` has
process.stdout.on('error', () => process.exit());
guardOutput(process.stdout);
guardOutput(process.stderr);
try {
  refuseUnreadable(process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    const sentence = systemSentence(error) ?? (error instanceof Error ? error.message : error);
    process.stderr.write(`\n  ${String(sentence)}\n\n`);
    process.exitCode = 1;
  }
}
// a pipe takes its time: what is written last must be through before the process ends
process.stdout.write('', () => process.exit());
