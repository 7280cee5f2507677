/** Mermaid diagrams: how modules depend on each other, and how the steps of a workflow follow. */
import type { ModuleManifest } from '@morrow/contract';
import type { WorkflowDefinition } from '@morrow/workflow-language';

const mermaid = (lines: readonly string[]): string => ['```mermaid', ...lines, '```'].join('\n');
/** Text in a node: quotes would end it. */
const quoted = (text: string): string => `"${text.replaceAll('"', "'")}"`;

type Arrows = ReadonlySet<string>;
const others = ({ name }: ModuleManifest, domains: readonly string[]): Arrows =>
  new Set(domains.filter((domain) => domain !== name));
/** The modules whose events a module names; one that follows all names none. */
const heardBy = ({ handlers, follows }: ModuleManifest): readonly string[] =>
  [...handlers, ...follows.filter(({ events }) => events.length)].flatMap(({ on }) =>
    on === 'all' ? [] : [on.spec.domain],
  );

/** A solid arrow leads from who calls to who answers, a dotted one from who publishes events to who
 * listens. */
export function moduleDiagram(manifests: readonly ModuleManifest[]): string {
  const nodes = manifests.map(({ name, provides }) => {
    const offers = provides.map(({ spec }) => spec.name).join(', ');
    return `  ${name}[${quoted(`<b>${name}</b><br/>${offers}`)}]`;
  });
  const calls = manifests.flatMap((module) => {
    const called = module.requires.map(({ spec }) => spec.domain);
    return [...others(module, called)].map((domain) => `  ${module.name} --> ${domain}`);
  });
  const events = manifests.flatMap((module) =>
    [...others(module, heardBy(module))].map((domain) => `  ${domain} -.-> ${module.name}`),
  );
  return mermaid(['flowchart LR', ...nodes, ...calls, ...events]);
}

type Step = WorkflowDefinition['steps'][string];
function stepText(step: Step): string {
  if ('call' in step) return `calls ${step.call}`;
  if ('await' in step) return `waits for ${step.await.event}`;
  if ('approval' in step) return `asks the role ${step.approval.role}`;
  return typeof step.sleep === 'string' ? `sleeps for ${step.sleep}` : 'sleeps until a moment';
}

/** Steps below the event that starts them; a dashed border marks one that a condition may skip. */
export function workflowDiagram({ trigger, steps }: WorkflowDefinition): string {
  const all = Object.entries(steps);
  const nodes = all.map(([name, step]) => {
    const node = `  ${name}[${quoted(`<b>${name}</b><br/>${stepText(step)}`)}]`;
    return step.when === undefined ? node : `${node}:::conditional`;
  });
  const arrows = all.flatMap(([name, { after = [] }]) =>
    (after.length ? after : ['trigger_']).map((before) => `  ${before} --> ${name}`),
  );
  return mermaid([
    'flowchart TD',
    `  trigger_([${quoted(trigger.event)}])`,
    ...nodes,
    ...arrows,
    '  classDef conditional stroke-dasharray: 4 4',
  ]);
}
