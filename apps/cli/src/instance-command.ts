/** Instances of workflows: where each stands, which of them wait for a person, and what that person
 * decides. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Id } from '@morrow/kernel';
import {
  InstanceState,
  Workflows,
  type InstanceStep,
  type InstanceSummary,
} from '@morrow/protocol-workflows';
import { lettersOf } from './dead-letters.ts';
import type { Tools } from './lifecycle-command.ts';
import type { Report } from './report.ts';
import type { Session } from './session.ts';

const pageSize = 50;
const outputMax = 60_000;
type InstanceId = Id<'workflowInstance'>;

export const shownAt = (at: Date | undefined): string =>
  at ? at.toISOString().slice(0, 19).replace('T', ' ') : '';

export function idText(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('Give the whole id, as listed.');
}
const idOf = (text: string): InstanceId => idText(text) as InstanceId;
function stepOf(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9]{0,39}$/.test(text)) return text;
  throw new InvalidArgumentError('Give the name of a step, as listed by `workflow instance`.');
}
export function noteOf(text: string): string {
  if (text.length > 0 && text.length <= 300) return text;
  throw new InvalidArgumentError('A note has from 1 to 300 characters.');
}
function jsonOf(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('This is not JSON. Write, for example, {"state":"shipped"}.');
  }
  if (text.length <= outputMax) return text;
  throw new InvalidArgumentError(`It has ${text.length} characters; the limit is ${outputMax}.`);
}

interface Wanted {
  readonly state?: InstanceState;
  readonly workflow?: string | undefined;
}
/** Every instance in these states, a page at a time. */
export async function* instancesIn(
  { port, context }: Session,
  wanted: Wanted,
): AsyncIterable<InstanceSummary> {
  for (let after: InstanceId | undefined; ;) {
    const page = await port(Workflows).instances({ ...wanted, after, limit: pageSize }, context());
    yield* page.instances;
    after = page.next;
    if (after === undefined) return;
  }
}

async function listed(session: Session, wanted: Wanted): Promise<Report> {
  const json: InstanceSummary[] = [];
  for await (const one of instancesIn(session, wanted)) json.push(one);
  const rows = json.map(({ instanceId, workflow, version, state, startKey, ...one }) => {
    const since = shownAt(one.startedAt);
    return [instanceId, `${workflow}@${version}`, state, startKey, since, one.sentence ?? ''];
  });
  return { head: ['Instance', 'Workflow', 'State', 'Started for', 'Started', 'Why'], rows, json };
}

async function stepsOf(session: Session, instanceId: InstanceId) {
  const steps: InstanceStep[] = [];
  for (let after: string | undefined; ;) {
    const asked = { instanceId, after };
    const page = await session.port(Workflows).instance(asked, session.context());
    steps.push(...page.steps);
    after = page.next;
    if (after === undefined) return { ...page, steps };
  }
}

async function show(session: Session, id: InstanceId): Promise<Report> {
  const json = await stepsOf(session, id);
  const rows = json.steps.map(({ step, state, label, tries, ...one }) => {
    const since = shownAt(one.endedAt ?? one.begunAt);
    const told = one.sentence ?? (one.until ? `until ${shownAt(one.until)}` : '');
    return [step, state, label, one.show ?? '', since, tries ? String(tries) : '', told];
  });
  const head = ['Step', 'State', 'What it is', 'Shows', 'Since', 'Failed attempts', 'Why'];
  return { head, rows, json };
}

function printHead(one: InstanceSummary & { readonly output?: string | undefined }): void {
  const { workflow, version, state, sentence, startKey, startedAt, endedAt, output } = one;
  console.log(`${workflow}@${version} is ${state}${sentence ? `: ${sentence}` : '.'}`);
  const ended = endedAt ? `, ended ${shownAt(endedAt)}` : '';
  console.log(`Started for ${startKey} at ${shownAt(startedAt)}${ended}`);
  if (output !== undefined) console.log(`Output: ${output}`);
}

const decidedBy = `\`morrow workflow retry ID STEP\` runs a step again, \`skip ID STEP\` continues
without it, \`resolve ID STEP --output JSON\` sets its output, and \`cancel ID\` undoes the
instance.`;
/** What people have to decide: each step that is stuck, and each instance that lacks something. */
async function stuck(session: Session): Promise<void> {
  let count = 0;
  for await (const { instanceId, workflow, version, startKey } of instancesIn(session, {
    state: 'stuck',
  })) {
    console.log(`${instanceId} ${workflow}@${version} ${startKey}`);
    for (const { step, state, sentence } of (await stepsOf(session, instanceId)).steps)
      if (state === 'stuck') console.log(`  ${step}: ${sentence}`);
    count++;
  }
  if (count) console.log(decidedBy);
  let parked = 0;
  for await (const { instanceId, workflow, version, sentence } of instancesIn(session, {
    state: 'parked',
  })) {
    console.log(`${instanceId} ${workflow}@${version} is parked: ${sentence}`);
    parked++;
  }
  if (parked)
    console.log('A parked instance resumes by itself once its missing parts are available.');
  const untaken = await untakenEvents(session);
  if (!count && !parked && !untaken) console.log('Nothing is stuck.');
}

/** Events that no workflow has taken, since the trigger of one throws: how many. */
async function untakenEvents(session: Session): Promise<number> {
  let count = 0;
  const sentences = new Set<string>();
  for await (const { timer, sentence } of lettersOf(session, 'workflows')) {
    if (timer !== undefined) continue;
    count++;
    sentences.add(sentence);
  }
  if (!count) return 0;
  const events = count === 1 ? '1 event' : `${count} events`;
  const advice =
    'mend or pause the one at fault, then see `morrow letter list` and `letter retry`.';
  console.log(`No workflow has taken ${events}: ${advice}`);
  for (const sentence of sentences) console.log(`  ${sentence}`);
  return count;
}

interface Noted {
  readonly note?: string;
}
const said = { retry: 'will run again', skip: 'is skipped', resolve: 'is resolved' } as const;
const operations = { retry: 'retryStep', skip: 'skipStep', resolve: 'resolveStep' } as const;
const summaries = {
  retry: 'run a stuck step again',
  skip: 'continue without a stuck step',
  resolve: 'set the output of a stuck step and continue',
} as const;

/** Adds the commands below `workflow`. */
export function addInstances(command: Command, { inSession, print }: Tools): void {
  command
    .command('instances')
    .argument('[name]', 'only instances of this workflow, such as fulfilOrder')
    .description('list instances with their state and, if they are blocked, the reason')
    .addOption(new Option('--state <state>').choices(InstanceState.options))
    .option('--json', 'print as JSON')
    .action(
      inSession(
        async (
          session,
          workflow: string | undefined,
          { state, json }: { state?: InstanceState; json?: boolean },
        ) =>
          print(
            await listed(session, { workflow, ...(state && { state }) }),
            json ? 'json' : 'table',
          ),
      ),
    );
  command
    .command('instance')
    .argument('<id>', 'id, as listed by `workflow instances`', idOf)
    .description('show one instance with its steps and, if it is blocked, the reason')
    .option('--json', 'print as JSON')
    .action(
      inSession(async (session, id: InstanceId, { json }: { json?: boolean }) => {
        const report = await show(session, id);
        if (!json) printHead(report.json as InstanceSummary);
        print(report, json ? 'json' : 'table');
      }),
    );
  command
    .command('stuck')
    .description('list steps that need a decision and instances that are parked')
    .action(inSession(stuck));
  addDecisions(command, inSession);
}

/** What a person decides of a step, or of the whole. */
function addDecisions(command: Command, inSession: Tools['inSession']): void {
  for (const turn of ['retry', 'skip', 'resolve'] as const) {
    const freeing = command
      .command(turn)
      .argument('<id>', 'of the instance', idOf)
      .argument('<step>', 'its name', stepOf)
      .description(summaries[turn])
      .option('--note <note>', 'reason, kept with the decision', noteOf);
    if (turn === 'resolve')
      freeing.option('--output <json>', 'output of the step for later steps', jsonOf);
    type Asked = Noted & { readonly output?: string };
    freeing.action(
      inSession(async ({ port, context }, instanceId: InstanceId, step: string, asked: Asked) => {
        const input = { instanceId, step, ...asked };
        const { state } = await port(Workflows)[operations[turn]](input, context());
        console.log(`${step} ${said[turn]}; the instance is ${state}.`);
      }),
    );
  }
  command
    .command('cancel')
    .argument('<id>', 'of the instance', idOf)
    .description('cancel an instance and undo its steps')
    .option('--note <note>', 'reason, kept with the decision', noteOf)
    .action(
      inSession(async ({ port, context }, instanceId: InstanceId, { note }: Noted) => {
        const { state } = await port(Workflows).cancel({ instanceId, note }, context());
        console.log(`The instance is cancelled and is now ${state}.`);
      }),
    );
}
