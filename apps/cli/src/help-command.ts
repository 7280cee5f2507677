/** Help and misuse: a page for each command, and one sentence for what was typed wrong. */
import type { Command } from 'commander';
import type { Session } from './session.ts';

const examples = `
Examples:
  morrow import retail sample
  morrow report trial-balance --format csv
  morrow export hledger --out journal.txt
  morrow find SO-1001
  morrow help import retail

With npx: npx --no morrow help [command]. Before a command, npx reads options
itself: write npx --no -- morrow --help, npx --no -- morrow --version.`;

/** The command of this path below another, or undefined. */
const commandAt = (from: Command, path: readonly string[]): Command | undefined =>
  path.reduce<Command | undefined>(
    (at, name) => at?.commands.find((command) => command.name() === name),
    from,
  );

/** Names the page to look at after each error of a command and of those below it. */
function nameThePage(command: Command, path: readonly string[]): void {
  command.showHelpAfterError(`See \`${['morrow help', ...path].join(' ')}\`.`).helpCommand(false);
  for (const below of command.commands) nameThePage(below, [...path, below.name()]);
}

/** What Commander says of misuse, as a sentence: `error: unknown option '--x'`. */
export const sentenceOf = (text: string): string =>
  text
    .replace(/^error: (command-argument )?(.)/, (_all, _kind, first: string) => first.toUpperCase())
    .replace(/\n(?=\()/, ' ')
    .replace(/\.?\n$/, '.\n');

/** Adds `help COMMAND…`; to be called when every command stands. */
export function addHelp(program: Command): void {
  program
    .command('help')
    .argument('[command...]')
    .description('show the help of a command')
    .action((path: readonly string[]) => {
      const command = commandAt(program, path);
      if (!command) program.error(`error: unknown command '${path.join(' ')}'`);
      else command.help();
    });
  program
    .command('version')
    .description('print the release')
    .action(() => console.log(program.version()));
  program.addHelpText('after', examples);
  nameThePage(program, []);
}

/** Ends a command, as misuse of it, where the domain that it names is not hosted: one sentence with
 * the choices. */
export function needsHosted(
  { domains }: Pick<Session, 'domains'>,
  domain: string,
  command: Command,
): void {
  if (domains.includes(domain)) return;
  command.error(
    `error: command-argument value '${domain}' is invalid for argument 'domain'. ` +
      `Allowed choices are ${domains.join(', ')}.`,
  );
}
