/** Workflows as files: checked and published, listed, compared, and taken out of use. */
import { readFileSync, statSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import {
  definitionBytesMax,
  textBytesMax,
  Workflows,
  type DefinitionProblem,
  type PublishedDefinition,
} from '@morrow/protocol-workflows';
import { readablePath } from './readable-path.ts';
import { addInstances } from './instance-command.ts';
import type { Tools } from './lifecycle-command.ts';
import type { Report } from './report.ts';
import type { Session } from './session.ts';

const pageSize = 40;
const namePattern = /^[a-z][A-Za-z0-9]{0,39}$/;

interface Mark {
  readonly name: string;
  readonly version?: number;
}
const versionOf = (text: string): number => {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A version is a whole number of at least 1.');
};
const nameOf = (text: string): string => {
  if (namePattern.test(text)) return text;
  throw new InvalidArgumentError('The name of a workflow is in camelCase, such as fulfilOrder.');
};
/** `fulfilOrder` or `fulfilOrder@3`. */
function markOf(text: string): Mark {
  const [name = '', version, ...more] = text.split('@');
  if (more.length) throw new InvalidArgumentError('Write name@version, such as fulfilOrder@3.');
  return { name: nameOf(name), ...(version !== undefined && { version: versionOf(version) }) };
}
function wholeMarkOf(text: string): Required<Mark> {
  const { name, version } = markOf(text);
  if (version === undefined)
    throw new InvalidArgumentError(`Name the version, for example ${name}@1.`);
  return { name, version };
}

/** The file as a message carries it; a sentence where none could. */
function textIn(file: string): string {
  const path = readablePath(file);
  const { size } = statSync(path);
  const most = `a published workflow has at most ${definitionBytesMax}`;
  if (size > textBytesMax) throw new Error(`${file}:1:1: The file has ${size} bytes; ${most}.`);
  return readFileSync(path).toString('base64url');
}

interface Problems {
  readonly problems: readonly DefinitionProblem[];
  readonly more: number;
}
/** `file:line:column place: sentence`, as editors read it. */
function* linesOf(file: string, { problems, more }: Problems): Iterable<string> {
  for (const { place, line = 1, column = 1, sentence } of problems)
    yield `${file}:${line}:${column}${place && ` ${place}`}: ${sentence}`;
  if (more) yield `${file}: ${more} more problems`;
}
const say = (lines: Iterable<string>) => {
  for (const line of lines) console.log(line);
};

async function lint({ port, context }: Session, file: string, text: string): Promise<void> {
  const found = await port(Workflows).lint({ text }, context());
  say(linesOf(file, found));
  if (found.problems.length) process.exitCode = 1;
  else console.log(`${file} is valid and can be published.`);
}

interface Changes {
  readonly changes: readonly { readonly sentence: string }[];
  readonly more: number;
}
function* changeLines({ changes, more }: Changes): Iterable<string> {
  for (const { sentence } of changes) yield `  ${sentence}`;
  if (more) yield `  and ${more} more changes`;
}

async function publish({ port, context }: Session, file: string, text: string): Promise<void> {
  try {
    const answer = await port(Workflows).publish({ text }, context());
    const { name, version, state, hash, before } = answer;
    console.log(`${name}@${version} is ${state}, ${hash}`);
    if (before === undefined) return;
    console.log(`Compared with version ${before}:`);
    say(answer.changes.length ? changeLines(answer) : ['  Nothing but its version is another.']);
  } catch (error) {
    if (!Workflows.is(error, 'invalidWorkflow')) throw error;
    say(linesOf(file, error.data));
    process.exitCode = 1;
  }
}

/** Every published definition, a row each. */
async function listed({ port, context }: Session): Promise<Report> {
  const json: PublishedDefinition[] = [];
  for (let after: PublishedDefinition['definitionId'] | undefined; ;) {
    const page = await port(Workflows).list({ after, limit: pageSize }, context());
    json.push(...page.definitions);
    after = page.next;
    if (after === undefined) break;
  }
  const { counts } = await port(Workflows).countInstances({}, context());
  const rows = json.map(({ name, version, segment = '', state, missing, ...one }) => {
    const at = one.publishedAt.toISOString().slice(0, 16).replace('T', ' ');
    const lacks = missing.join(', ');
    const mine = counts.filter((count) => count.workflow === name && count.version === version);
    const stand = mine.map((count) => `${count.instances} ${count.state}`).join(', ');
    return [`${name}@${version}`, segment, state, stand, one.hash, at, one.publishedBy, lacks];
  });
  const moments = ['Published', 'By', 'Missing here'];
  return { head: ['Workflow', 'Segment', 'State', 'Instances', 'Hash', ...moments], rows, json };
}

async function show({ port, context }: Session, mark: Mark): Promise<void> {
  const { text, ...shown } = await port(Workflows).show(mark, context());
  const name = `${shown.name}@${shown.version}`;
  const at = shown.publishedAt.toISOString();
  const takers = shown.segment === undefined ? 'all customers' : `the segment ${shown.segment}`;
  console.log(`# ${name} is ${shown.state}, ${shown.hash}`);
  console.log(`# Published at ${at} by ${shown.publishedBy}, for ${takers}`);
  if (shown.missing.length) console.log(`# Missing here: ${shown.missing.join(', ')}`);
  for (const line of linesOf(name, shown)) console.log(`# ${line}`);
  process.stdout.write(Buffer.from(text, 'base64url'));
}

async function diff(session: Session, name: string, from: number, to: number): Promise<void> {
  const found = await session.port(Workflows).diff({ name, from, to }, session.context());
  console.log(`${name}: from version ${from} to ${to}`);
  say(found.changes.length ? changeLines(found) : ['  Nothing differs.']);
}

const turns = {
  pause: 'let no new instance begin for now, of no lower version either; those under way go on',
  resume: 'let instances begin again',
  retire: 'take it out for good: the version below takes over; those under way go on',
} as const;

export function addWorkflows(program: Command, { inSession, print }: Tools): void {
  const command = program
    .command('workflow')
    .description('publish, inspect and control workflows (business processes kept as data)');
  const ofFile = (
    name: string,
    summary: string,
    run: (session: Session, file: string, text: string) => Promise<void>,
  ) =>
    command
      .command(`${name} <file>`)
      .description(summary)
      .action(async (file: string) => {
        const text = textIn(file);
        await inSession((session) => run(session, file, text))();
      });
  ofFile('lint', 'check a file against what the server offers', lint);
  ofFile('publish', 'publish a version; publishing the same file again changes nothing', publish);
  command
    .command('list')
    .description('list published versions with their states, instances and missing parts')
    .option('--json', 'print as JSON')
    .action(
      inSession(async (session, { json }: { json?: boolean }) =>
        print(await listed(session), json ? 'json' : 'table'),
      ),
    );
  command
    .command('diff')
    .argument('<name>', 'such as fulfilOrder', nameOf)
    .argument('<from>', 'a version', versionOf)
    .argument('<to>', 'another version', versionOf)
    .description('show what changed between two versions')
    .action(inSession(diff));
  command
    .command('show')
    .argument('<name[@version]>', 'default: the highest version', markOf)
    .description('show one version: its state, current problems and source')
    .action(inSession(show));
  for (const [turn, summary] of Object.entries(turns))
    command
      .command(turn)
      .argument('<name@version>', 'such as fulfilOrder@3', wholeMarkOf)
      .description(summary)
      .action(
        inSession(async ({ port, context }, mark: Required<Mark>) => {
          const turned = await port(Workflows)[turn as keyof typeof turns](mark, context());
          console.log(`${turned.name}@${turned.version} is ${turned.state}.`);
        }),
      );
  addInstances(command, { inSession, print });
}
