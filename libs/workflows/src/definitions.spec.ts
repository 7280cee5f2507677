/** What a text is found to be, what becomes of a definition, and what it lacks. */
import { openMemoryStores } from '@morrow/adapter-memory';
import type { DocumentType } from '@morrow/contract';
import {
  documentsIn,
  enginesOf,
  eventOf,
  NotInState,
  transitionOf,
  unitOf,
  type NewEvent,
} from '@morrow/document-keeper';
import { present } from '@morrow/kernel';
import { definitionBytesMax, problemsMax, Workflows } from '@morrow/protocol-workflows';
import { expect, it } from 'vitest';
import { readText } from './definition-text.ts';
import { newDefinitions } from './definitions.ts';
import { missingNames } from './missing-names.ts';
import { listedProblems } from './told-findings.ts';
import { workflow } from './workflow.document.ts';

const tenant = 'main';
const context = { tenant, actor: 'person:ada', trace: '00-1-1-01', deadlineAt: 0 };
const id = '00000000-0000-7000-8000-000000000001';
const file = (version = 1) => `form: morrow.workflow/1
name: ring
version: ${version}
summary: Rings twice
trigger: { event: workflows.workflowPaused }
steps:
  first: { call: workflows.list, input: { limit: 1 }, compensate: { call: bell.hush, input: {} } }
  second: { after: [first], await: { event: bell.rung, when: 'true' } }
`;
const tooLong = '#'.repeat(definitionBytesMax + 1);
const sent = (text: string | Buffer) => Buffer.from(text).toString('base64url');
const published = (version = 1) => {
  const text = sent(file(version));
  const data = { name: 'ring', version, hash: `hash${version}`, by: 'person:ada', text };
  return eventOf(Workflows, 'workflowPublished', data);
};
const mark = { name: 'ring', version: 1 };
const paused = eventOf(Workflows, 'workflowPaused', mark);
const retired = eventOf(Workflows, 'workflowRetired', mark);

it('a definition is what was published, in whatever state it is', () => {
  const { row } = transitionOf(workflow, undefined, id, [published(), paused]);
  const { text, ...fields } = row.fields;
  expect(Buffer.from(String(text), 'base64url').toString()).toBe(file());
  expect([row.state, fields]).toEqual([
    'paused',
    {
      ...{ name: 'ring', ofVersion: 1, nameVersion: 'ring@1' },
      ...{ hash: 'hash1', segment: null, publishedBy: 'person:ada', resumedAt: null },
    },
  ]);
});

it('a definition that is retired takes no instances ever again', () => {
  const { row } = transitionOf(workflow, undefined, id, [published(), retired]);
  const resumed = eventOf(Workflows, 'workflowResumed', { ...mark, at: new Date() });
  for (const event of [resumed, paused, retired])
    expect(() => transitionOf(workflow, row, id, [event])).toThrow(NotInState);
});

it('a definition lacks what the protocols that are present do not have, each once', () => {
  const definition = present(readText(sent(file())).definition, 'it can be read');
  expect(missingNames(definition, [Workflows])).toEqual(['bell.hush', 'bell.rung']);
  const all = ['bell.hush', 'bell.rung', 'workflows.list', 'workflows.workflowPaused'];
  expect(missingNames(definition, [])).toEqual(all);
});

it.each([
  ['above 128 KiB', tooLong, '1:1', /^The file has 131073 bytes/],
  ['not in UTF-8', Buffer.from([0x61, 0xff]), '1:1', /^The file is not UTF-8 text/],
  ['with a control character', 'a: 1\nb: \u0007', '2:4', /^The control character U\+0007/],
  ['with a NUL', '\0', '1:1', /^The control character U\+0000/],
  ['that is not YAML', 'a: [', '1:5', /^This is no YAML/],
])('a text %s is refused by its place', (_what, text, place, sentence) => {
  const [first] = readText(sent(text)).problems;
  expect(`${first?.line}:${first?.column}`).toBe(place);
  expect(first?.sentence).toMatch(sentence);
});

it('a text may have tabs, line ends of Windows and a mark of byte order', () => {
  const windows = `\uFEFF${file().replaceAll('\n', '\r\n')}# \t\r\n`;
  expect(readText(sent(windows)).problems).toEqual([]);
});

it('of many problems the first are told, each cut to fit, and the others counted', () => {
  const many = Array.from({ length: problemsMax + 3 }, () => ({
    place: 'p'.repeat(1000),
    sentence: `\0${'😀'.repeat(1000)}\ud83d`,
  }));
  const { problems, more } = listedProblems(many);
  expect([problems.length, more]).toEqual([problemsMax, 3]);
  expect([...(problems[0]?.place ?? '')]).toHaveLength(300);
  expect(problems[0]?.sentence).toMatch(/^�(😀){598}…$/u);
});

/** Definitions that are asked for in a world of one row whose clock is turned by hand. */
async function openWorld() {
  let now = 0;
  let reads = 0;
  const domain = {
    ...{ name: 'workflows', documents: [workflow as unknown as DocumentType], keeps: [] },
  };
  const stores = openMemoryStores({ domain, tenants: [tenant] });
  const store = stores.of(tenant);
  const list: typeof store.list = (...asked) => {
    reads++;
    return store.list(...asked);
  };
  const counting = { ...stores, of: () => ({ ...store, list }) };
  const definitions = newDefinitions(enginesOf(counting), { now: () => new Date(now) });
  const commit = async (event: NewEvent) => {
    const [row] = await documentsIn(store).loadMany(workflow, [id]);
    const transitions = [transitionOf(workflow, row, id, [event])];
    await store.commit(unitOf(context, new Date(), { transitions, output: undefined }));
  };
  await commit(published());
  const states = async () => (await definitions.definitionsOf(tenant)).map(({ state }) => state);
  return {
    definitions,
    states,
    reads: () => reads,
    turn: (ms: number) => (now += ms),
    retire: () => commit(retired),
  };
}

it('definitions are read again after a second, whatever way the clock goes', async () => {
  const world = await openWorld();
  expect([await world.states(), await world.states(), world.reads()]).toEqual([
    ['published'],
    ['published'],
    1,
  ]);
  await world.retire();
  world.turn(999);
  expect(await world.states()).toEqual(['published']);
  world.turn(1);
  expect([await world.states(), world.reads()]).toEqual([['retired'], 2]);
  world.turn(-1000);
  await world.states();
  expect(world.reads()).toBe(3);
});

it('definitions are read again at once where they changed here', async () => {
  const world = await openWorld();
  await world.states();
  await world.retire();
  world.definitions.changed(tenant);
  expect(await world.states()).toEqual(['retired']);
});
