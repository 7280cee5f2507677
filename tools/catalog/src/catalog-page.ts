/** The page `docs/catalog.md`: every event with whoever listens, every module with what it offers,
 * needs and listens to. */
import type { EventSpec, ModuleManifest, Protocol } from '@morrow/contract';
import { wireShapeOf, type Shape } from '@morrow/expression';
import { keepingOf } from '@morrow/protocol-keeping';
import type { WorkflowDefinition } from '@morrow/workflow-language';
import { moduleDiagram, workflowDiagram } from './diagrams.ts';

export interface CatalogFacts {
  readonly manifests: readonly ModuleManifest[];
  /** The workflows that are delivered, with their files. */
  readonly workflows: readonly WorkflowFile[];
}
export interface WorkflowFile {
  /** From the root of the checkout. */
  readonly path: string;
  readonly definition: WorkflowDefinition;
}

const code = (text: string): string => `\`${text}\``;
const list = (names: readonly string[]): string =>
  names.length ? names.map(code).join(', ') : 'nothing';
/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
const linked = (text: string, heading = text): string => `[${text}](#${anchorOf(heading)})`;
const eventLink = (protocol: string, event: string) => linked(`${protocol}.${event}`);

/** Names of fields, those of lists and objects in brackets; `?` marks what may be absent. */
function fieldsOf({ properties, items, required = [] }: Shape): string {
  if (items && typeof items === 'object') return `[${fieldsOf(items)}]`;
  if (!properties) return '';
  const fields = Object.entries(properties).map(([name, shape]) => {
    const inner = fieldsOf(shape).replace('[]', '[…]');
    return `${name}${required.includes(name) ? '' : '?'}${inner && `: ${inner}`}`;
  });
  return `{ ${fields.join(', ')} }`;
}

/** What happens on an event, a line for each who listens. */
function listenersOf(
  { manifests, workflows }: CatalogFacts,
  { spec }: Protocol,
  type: string,
): readonly string[] {
  const isAbout = (on: Protocol | 'all', events: readonly string[]) =>
    on === 'all' || (on.spec.name === spec.name && events.includes(type));
  const named = `${spec.name}.${type}`;
  const lines = manifests.flatMap(({ name, handlers, follows }) => {
    const module = `**${linked(name)}**`;
    const handled = handlers
      .filter(({ on, events }) => isAbout(on, events))
      .map((each) => `- ${module} ${each.kind} ${code(each.name)}: ${each.summary}.`);
    const remembers = follows.some(({ on, events }) => isAbout(on, events));
    const forgets = `- ${module} forgets what it remembers of ${code(spec.name)}.`;
    return [...handled, ...(remembers ? [forgets] : [])];
  });
  const flows = workflows.flatMap(({ definition: { name, trigger, steps } }) => {
    const workflow = `workflow ${linked(name)}`;
    const waiting = Object.entries(steps)
      .filter(([, step]) => 'await' in step && step.await.event === named)
      .map(([step]) => `- The step ${code(step)} of the ${workflow} may wait for it.`);
    return [...(trigger.event === named ? [`- It may start the ${workflow}.`] : []), ...waiting];
  });
  return [...lines, ...flows];
}

const eventSection = (
  facts: CatalogFacts,
  producer: string,
  protocol: Protocol,
  [type, { summary, version, data }]: readonly [string, EventSpec],
): string => {
  const listeners = listenersOf(facts, protocol, type);
  return [
    `#### ${protocol.spec.name}.${type}`,
    `${summary}. Published by ${producer}, version ${version}.`,
    code(fieldsOf(wireShapeOf(data)) || '{}'),
    listeners.length ? listeners.join('\n') : '- No module listens to it.',
  ].join('\n\n');
};

function eventSections(facts: CatalogFacts): readonly string[] {
  const business = facts.manifests.flatMap(({ name, provides }) =>
    provides.flatMap((protocol) => {
      const events = Object.entries(protocol.spec.events);
      if (!events.length) return [];
      const sections = events.map((event) => eventSection(facts, linked(name), protocol, event));
      return [`### Events of \`${protocol.spec.name}\`\n\n${protocol.spec.summary}.`, ...sections];
    }),
  );
  const { spec } = keepingOf('any');
  const kept = Object.entries(spec.events).map(
    ([type, { summary, version }]) => `- ${code(type)}, version ${version}: ${summary}.`,
  );
  const heading =
    '### Events of every module\n\nPublished by each module in its own keeping protocol ' +
    '(`NAME-keeping`); handlers of all events do not hear them.';
  return [...business, `${heading}\n\n${kept.join('\n')}`];
}

/** What a module hears: `protocol.event`, and by which handler. */
function heardBy({ handlers, follows }: ModuleManifest): readonly string[] {
  const heard = handlers.map(({ name, kind, on, events }) => {
    const what =
      on === 'all'
        ? 'every event of every protocol'
        : events.map((type) => eventLink(on.spec.name, type)).join(', ');
    return `  - ${kind} ${code(name)}: ${what}`;
  });
  const remembered = follows
    .filter(({ events }) => events.length)
    .map(({ on, events }) => {
      const links = events.map((type) => eventLink(on.spec.name, type)).join(', ');
      return `  - to what it remembers of ${code(on.spec.name)}: ${links}`;
    });
  return [...heard, ...remembered];
}

const anyStep = 'every operation that its protocol offers to the steps of workflows';

function moduleSection(module: ModuleManifest): string {
  const { name, summary, provides, requires, documents, keeps } = module;
  const offers = provides.map(
    ({ spec }) => `  - ${code(spec.name)}: ${list(Object.keys(spec.operations))}`,
  );
  const heard = heardBy(module);
  const called = requires.map(({ spec }) => spec.name);
  return [
    `### ${name}`,
    `${summary}.`,
    [
      '- Offers:',
      ...offers,
      `- Calls: ${keeps.includes('workflow') ? anyStep : list(called)}`,
      ...(heard.length ? ['- Listens:', ...heard] : ['- Listens to nothing']),
      `- Documents: ${list(documents.map((type) => type.name))}`,
    ].join('\n'),
  ].join('\n\n');
}

const workflowSection = ({ path, definition }: WorkflowFile): string =>
  [
    `### ${definition.name}`,
    `${definition.summary}. Version ${definition.version}, [${path}](../${path}). ` +
      'A dashed border marks a step with a condition.',
    workflowDiagram(definition),
  ].join('\n\n');

/** The page as Markdown. */
export function catalogPage(facts: CatalogFacts): string {
  const { manifests, workflows } = facts;
  return `${[
    '# Catalog',
    'Every module, event and delivered workflow: written by `npm run sync` from manifests and ' +
      'protocols, not by hand.\nTo see what happens on an event, search this page for its name.',
    '## Modules',
    'A solid arrow leads from the module that calls to the one that answers, a dotted arrow from ' +
      'the one that publishes\nevents to the one that listens. A module that listens to every ' +
      'event has no dotted arrow.',
    moduleDiagram(manifests),
    ...manifests.map(moduleSection),
    '## Events',
    'A reaction commits together with the fact that it was handled. A messenger calls other ' +
      'modules. A projection derives state\nthat can be derived again.',
    ...eventSections(facts),
    '## Delivered workflows',
    'They stand in `deploy/workflows`. Each tenant publishes the workflows that it wants.',
    ...workflows.map(workflowSection),
  ].join('\n\n')}\n`;
}
