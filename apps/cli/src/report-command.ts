/** `morrow report`: one of the reports, with the days and the account that it is about. */
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { isCalendarDate, type CalendarDate } from '@morrow/kernel';
import { reports } from './reports.ts';
import type { Report, ReportOptions } from './report.ts';
import type { Session } from './session.ts';

type Asked = ReportOptions & { readonly format: string };
interface Around {
  inSession(
    run: (session: Session, name: string, options: Asked, command: Command) => Promise<void>,
  ): (name: string, options: Asked, command: Command) => Promise<void>;
  print(report: Report, format: string): void;
}
const names = ['account', 'from', 'to', 'negative'] as const;

const day = (text: string): CalendarDate => {
  if (isCalendarDate(text) && text >= '0001') return text;
  throw new InvalidArgumentError('A day is written YYYY-MM-DD.');
};

export function addReports(program: Command, { inSession, print }: Around): void {
  program
    .command('report')
    .addArgument(new Argument('<name>').choices(Object.keys(reports)))
    .description(Object.keys(reports).join(', '))
    .addOption(new Option('--format <format>').choices(['table', 'csv', 'json']).default('table'))
    .option('--account <code>', 'general-ledger: only this account')
    .option('--from <day>', 'general-ledger, trial-balance: from this day', day)
    .option('--to <day>', 'general-ledger, trial-balance: up to and including this day', day)
    .option(
      '--negative',
      'stock: only where less is on hand than is reserved, or less than nothing',
    )
    .action((name: string, options: Asked, command: Command) => {
      const report = reports[name];
      const stray = names.find(
        (option) => options[option] !== undefined && !report?.takes.includes(option),
      );
      if (stray) command.error(`error: report ${name} does not take --${stray}`);
      if (options.from && options.to && options.from > options.to)
        command.error('error: --from is a day after --to');
      return inSession(async (session, _name, asked) => {
        if (report) print(await report.run(session, asked), asked.format);
      })(name, options, command);
    });
}
