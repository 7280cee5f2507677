/** Definitions: checks, publishes, lists and compares them, and takes them out of use. */
import type { CallContext } from '@morrow/contract';
import {
  againOnDuplicate,
  allows,
  commitChange,
  eventOf,
  nextOf,
  transitionOf,
  type Engines,
} from '@morrow/document-keeper';
import { madeAt, type Clock, type Id, type Ids } from '@morrow/kernel';
import {
  type definitionOperations as specs,
  missingMax,
  Workflows,
  type DefinitionState,
  type PublishedDefinition,
} from '@morrow/protocol-workflows';
import {
  checkedHere,
  definitionHash,
  diffWorkflows,
  smallTextMax,
  type Catalog,
  type CheckDefinition,
  type CheckedDefinition,
  type WorkflowDefinition,
} from '@morrow/workflow-language';
import { decodedText } from './definition-text.ts';
import type { Definitions } from './definitions.ts';
import { missingNames } from './missing-names.ts';
import { listedChanges, listedProblems, toldProblem, type Found } from './told-findings.ts';
import { nameVersionOf, workflow, type WorkflowRow } from './workflow.document.ts';

export interface DefinitionTools {
  readonly engines: Engines;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly definitions: Definitions;
  /** The protocols that this installation has. */
  readonly catalog: Catalog;
  readonly checkDefinition?: CheckDefinition | undefined;
}
type Named = Parameters<Workflows['pause']>[0];
type Stating = 'workflowPaused' | 'workflowResumed' | 'workflowRetired';

/** The definition in a text, and all that is wrong with it by the protocols that are present. A
 * large one is checked apart from the event loop, where the process has such a place. */
async function checked(
  base64: string,
  { catalog, checkDefinition }: Pick<DefinitionTools, 'catalog' | 'checkDefinition'>,
  context: CallContext,
): Promise<CheckedDefinition> {
  const decoded = decodedText(base64);
  if (decoded.text === undefined) return { problems: decoded.problems };
  const { text } = decoded;
  return checkDefinition && text.length > smallTextMax
    ? checkDefinition(text, context)
    : checkedHere(text, catalog);
}

const stated = ({ state, fields }: WorkflowRow) => {
  const { name, ofVersion, hash } = fields;
  return { name, version: ofVersion, hash, state: state as DefinitionState };
};
/** The highest version; below another one where that is given. */
const highest = (rows: readonly WorkflowRow[], below = Infinity): WorkflowRow | undefined =>
  rows
    .filter((row) => stated(row).version < below)
    .sort((a, b) => stated(b).version - stated(a).version)[0];

type DefinitionOperations = Pick<Workflows, keyof typeof specs>;

export function definitionsOperations(tools: DefinitionTools): DefinitionOperations {
  const { engines, clock, definitions } = tools;
  const find = findingOf(engines);
  const state = async ({ name, version }: Named, context: CallContext, type: Stating) => {
    const output = await commitChange(engines, clock, context, async () => {
      const row = await find.one(name, version, context);
      const event =
        type === 'workflowResumed'
          ? eventOf(Workflows, type, { name, version, at: clock.now() })
          : eventOf(Workflows, type, { name, version });
      if (!allows(workflow, row, event)) {
        if (row.state === 'retired' && type !== 'workflowRetired')
          throw Workflows.fail('workflowRetired', { workflow: nameVersionOf(name, version) });
        return { transitions: [], output: stated(row) };
      }
      const transition = transitionOf(workflow, row, row.id, [event]);
      return { transitions: [transition], output: stated(transition.row) };
    });
    definitions.changed(context.tenant);
    return output;
  };
  return {
    lint: async ({ text }, context) =>
      listedProblems((await checked(text, tools, context)).problems),
    publish: ({ text }, context) => publish(tools, text, context),
    async list({ after, limit }, context) {
      const rows = await engines.documents(context).list(workflow, { after, limit });
      const next = nextOf<'workflow'>(rows, { limit });
      return { definitions: rows.map((row) => shown(row, tools)), next };
    },
    async show({ name, version }, context) {
      const row =
        version === undefined
          ? await find.newest(name, context)
          : await find.one(name, version, context);
      const { text } = row.fields;
      const { definition, problems } = await checked(text, tools, context);
      if (definition) definitions.learn(row, definition);
      return { ...shown(row, tools), text, ...listedProblems(problems) };
    },
    async diff({ name, from, to }, context) {
      const before = await find.one(name, from, context);
      const after = await find.one(name, to, context);
      return changesBetween(definitions, before, definitions.definitionIn(after));
    },
    pause: (named, context) => state(named, context, 'workflowPaused'),
    resume: (named, context) => state(named, context, 'workflowResumed'),
    retire: (named, context) => state(named, context, 'workflowRetired'),
  };
}

function shown(
  row: WorkflowRow,
  { definitions, catalog }: Pick<DefinitionTools, 'definitions' | 'catalog'>,
): PublishedDefinition {
  const { segment, publishedBy } = row.fields;
  const definition = definitions.definitionIn(row);
  return {
    definitionId: row.id as Id<'workflow'>,
    ...stated(row),
    ...(segment !== null && { segment }),
    publishedAt: madeAt(row.id),
    publishedBy,
    missing: definition ? missingNames(definition, catalog).slice(0, missingMax) : [],
  };
}

/** Finds rows of published definitions, or refuses. */
function findingOf({ documents }: Engines) {
  const held = (row: WorkflowRow | undefined, asked: string): WorkflowRow => {
    if (!row) throw Workflows.fail('unknownWorkflow', { workflow: asked });
    return row;
  };
  return {
    async one(name: string, version: number, context: CallContext) {
      const asked = nameVersionOf(name, version);
      return held(await documents(context).find(workflow, 'nameVersion', asked), asked);
    },
    newest: async (name: string, context: CallContext) =>
      held(highest(await documents(context).findBy(workflow, 'name', [name])), name),
  };
}

/** Without the version, which always differs. */
const changesBetween = (
  { definitionIn }: Definitions,
  before: WorkflowRow | undefined,
  after: WorkflowDefinition | undefined,
) => {
  const from = before && definitionIn(before);
  const changes = from && after ? diffWorkflows(from, after) : [];
  return listedChanges(changes.filter(({ place }) => place !== 'version'));
};

async function publish(tools: DefinitionTools, text: string, context: CallContext) {
  const { engines, clock, ids, definitions } = tools;
  const { definition, problems } = await checked(text, tools, context);
  const refuse = (found: Found) => {
    const first = toldProblem(found[0]);
    return Workflows.fail('invalidWorkflow', { ...listedProblems(found), first });
  };
  if (!definition) throw refuse(problems);
  const { name, version, segment } = definition;
  const hash = definitionHash(definition);
  const output = await againOnDuplicate(() =>
    commitChange(engines, clock, context, async () => {
      const rows = await engines.documents(context).findBy(workflow, 'name', [name]);
      const before = highest(rows, version);
      const answer = (row: WorkflowRow) => ({
        ...stated(row),
        ...(before && { before: stated(before).version }),
        ...changesBetween(definitions, before, definition),
      });
      const held = rows.find((row) => stated(row).version === version);
      // what stands is not checked anew: what it names may be gone since
      if (held && stated(held).hash === hash) return { transitions: [], output: answer(held) };
      if (problems.length) throw refuse(problems);
      if (held) {
        const there = { workflow: nameVersionOf(name, version), hash: stated(held).hash };
        throw Workflows.fail('versionTaken', there);
      }
      const by = context.onBehalfOf ?? context.actor;
      const data = { name, version, hash, ...(segment && { segment }), by, text };
      const event = eventOf(Workflows, 'workflowPublished', data);
      const transition = transitionOf(workflow, undefined, ids.next(), [event]);
      definitions.learn(transition.row, definition);
      return { transitions: [transition], output: answer(transition.row) };
    }),
  );
  definitions.changed(context.tenant);
  return output;
}
