/** Scenarios of workflows: definitions that are checked, published, compared and taken out of use.
 * They name nothing but this protocol, so that they are told without any other domain. */
import { definitionBytesMax, Workflows } from '@morrow/protocol-workflows';
import { expect } from 'vitest';
import type { Scenario, World } from '../worlds/world.ts';

const text = (name: string, version: number, steps: string, more = '') =>
  Buffer.from(
    `form: morrow.workflow/1
name: ${name}
version: ${version}
summary: Waits after a workflow was retired
${more}trigger: { event: workflows.workflowRetired }
steps:
  ${steps}
`,
  ).toString('base64url');
const day = 'rest: { sleep: P1D }';
const week = 'rest: { sleep: P7D }';
const portOf = (world: World) => world.port(Workflows);
const sentencesOf = (problems: readonly { readonly place: string; readonly sentence: string }[]) =>
  problems.map(({ place, sentence }) => `${place}: ${sentence}`);

async function stateOf(world: World, name: string, version?: number) {
  const shown = await portOf(world).show({ name, version }, world.context());
  return shown.state;
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  async 'a workflow is published once, whatever is asked how often'(world) {
    const workflows = portOf(world);
    const first = text('restAWhile', 1, day);
    const published = await workflows.publish({ text: first }, world.context());
    const again = await workflows.publish({ text: first }, world.context());
    expect(again).toEqual(published);
    const other = () => workflows.publish({ text: text('restAWhile', 1, week) }, world.context());
    const taken = await world.refusal(other);
    expect(taken).toMatchObject({ data: { workflow: 'restAWhile@1', hash: published.hash } });
    const shown = await workflows.show({ name: 'restAWhile' }, world.context());
    expect(Buffer.from(shown.text, 'base64url').toString()).toContain('sleep: P1D');
    expect(shown.publishedBy).toMatch(/^person:/);
    const { state, hash, missing, problems } = shown;
    return { published, taken, shown: { state, hash, missing, problems } };
  },
  async 'a version lists its changes against the one before'(world) {
    const workflows = portOf(world);
    const versions = [text('restLonger', 2, day), text('restLonger', 5, week, 'segment: b2b\n')];
    const answers = [];
    for (const version of [...versions, text('restLonger', 1, week)])
      answers.push(await workflows.publish({ text: version }, world.context()));
    const diff = (from: number, to: number) =>
      workflows.diff({ name: 'restLonger', from, to }, world.context());
    expect((await diff(2, 5)).changes).toEqual(answers[1]?.changes);
    const newest = await workflows.show({ name: 'restLonger' }, world.context());
    expect(newest).toMatchObject({ version: 5, segment: 'b2b', missing: [], problems: [] });
    return { answers, back: await diff(5, 2), none: await world.refusal(() => diff(2, 3)) };
  },
  async 'a workflow is paused, resumed and retired for good'(world) {
    const workflows = portOf(world);
    const named = { name: 'restForGood', version: 1 };
    const definition = text('restForGood', 1, day);
    await workflows.publish({ text: definition }, world.context());
    const states = [];
    const steps = ['pause', 'pause', 'resume', 'resume', 'pause', 'retire', 'retire'] as const;
    for (const step of steps) states.push((await workflows[step](named, world.context())).state);
    expect(await stateOf(world, 'restForGood')).toBe('retired');
    const again = await workflows.publish({ text: definition }, world.context());
    const refusals = [];
    for (const step of ['pause', 'resume'] as const)
      refusals.push(await world.refusal(() => workflows[step](named, world.context())));
    const unknown = { name: 'restForGood', version: 2 };
    const none = await world.refusal(() => workflows.retire(unknown, world.context()));
    return { states, again: again.state, refusals, none };
  },
  async 'what is wrong with a text is named by its place, and is not published'(world) {
    const workflows = portOf(world);
    const bad = text('restBadly', 1, 'rest: { call: workflows.list, input: { limit: many } }');
    const { problems, more } = await workflows.lint({ text: bad }, world.context());
    const publish = () => workflows.publish({ text: bad }, world.context());
    const refused = await world.refusal(publish);
    expect(refused).toMatchObject({ code: 'invalidWorkflow', data: { problems, more } });
    const shown = () => workflows.show({ name: 'restBadly' }, world.context());
    return { problems, none: await world.refusal(shown) };
  },
  async 'a text that is no workflow is refused in one sentence'(world) {
    const lint = async (bytes: Buffer | string) => {
      const sent = Buffer.from(bytes).toString('base64url');
      const { problems } = await portOf(world).lint({ text: sent }, world.context());
      return sentencesOf(problems);
    };
    return [
      await lint('form: ['),
      await lint('form: morrow.workflow/9'),
      await lint(Buffer.from('89504e470d0a1a0a', 'hex')),
      await lint('name: \u0000'),
      await lint('#'.repeat(definitionBytesMax + 1)),
      await lint(''),
    ];
  },
  async 'published workflows are listed page by page, in the order of their publication'(world) {
    const workflows = portOf(world);
    for (const version of [1, 2, 3])
      await workflows.publish({ text: text('restInPages', version, day) }, world.context());
    const marks: string[] = [];
    for (let after: Parameters<Workflows['list']>[0]['after']; ;) {
      const page = await workflows.list({ after, limit: 2 }, world.context());
      marks.push(...page.definitions.map(({ name, version }) => `${name}@${version}`));
      if (!page.next) break;
      after = page.next;
    }
    const own = marks.filter((mark) => mark.startsWith('restInPages'));
    expect(own).toEqual(['restInPages@1', 'restInPages@2', 'restInPages@3']);
  },
};
