/** What is remembered of another domain: until an event says that it changed, or one was missed. */
import type { CallContext, Protocol } from '@morrow/contract';
import type { StoredEvent } from '@morrow/engines';
import { describe, expect, it } from 'vitest';
import { FollowedFacts, factKeptMs } from './followed-facts.ts';
import { HintFollowing } from './follow-hints.ts';

const on = { spec: { name: 'items', domain: 'masters' } } as Protocol;
const contextOf = (tenant: string) => ({ tenant }) as CallContext;
const context = contextOf('main');

/** An owner of facts that counts what it is asked, and a process that remembers them. */
function ground(options: { readonly rememberedMax?: number } = {}) {
  const owned = new Map([
    ['A', 'goods'],
    ['B', 'goods'],
  ]);
  const asked: string[][] = [];
  let now = 1_000_000;
  let answering = Promise.resolve(undefined);
  const facts = new FollowedFacts<string>({
    on,
    events: ['itemRenamed'],
    clock: { now: () => new Date(now) },
    askedMax: 2,
    async ask(codes) {
      asked.push([...codes]);
      const told = codes.flatMap((code) => {
        const fact = owned.get(code);
        return fact === undefined ? [] : [{ code, fact, documentId: `id-${code}` }];
      });
      await answering;
      return told;
    },
    ...options,
  });
  const following = new HintFollowing([facts]);
  let number = 0;
  const hear = (code: string, type = 'itemRenamed', by = 1) => {
    number += by;
    const event = { number, protocol: 'items', type, streamId: `id-${code}` };
    following.hear('main', [event as unknown as StoredEvent]);
  };
  // the first event is after what nobody heard
  hear('Z', 'itemCreated');
  const find = async (...codes: string[]) => Object.fromEntries(await facts.find(codes, context));
  return {
    ...{ owned, asked, facts, find, hear },
    pass: (ms: number) => void (now += ms),
    holdAnswers(until: Promise<undefined>) {
      answering = until;
    },
  };
}

describe('facts that follow events', () => {
  it('are asked once, in batches, and each code once', async () => {
    const { find, asked } = ground();
    expect(await find('A', 'B', 'A')).toEqual({ A: 'goods', B: 'goods' });
    expect(await find('B', 'A')).toEqual({ A: 'goods', B: 'goods' });
    expect(asked).toEqual([['A', 'B']]);
    const other = ground();
    await other.find('A', 'B', 'C', 'D', 'E');
    expect(other.asked).toEqual([['A', 'B'], ['C', 'D'], ['E']]);
  });
  it('are asked again once an event says that they changed, and no others', async () => {
    const { find, asked, hear, owned } = ground();
    await find('A', 'B');
    owned.set('A', 'samples');
    hear('A');
    expect(await find('A', 'B')).toEqual({ A: 'samples', B: 'goods' });
    expect(asked).toEqual([['A', 'B'], ['A']]);
  });
  it('stay where events are of another kind or of another document', async () => {
    const { find, asked, hear } = ground();
    await find('A');
    hear('A', 'itemCreated');
    hear('B');
    await find('A');
    expect(asked).toEqual([['A']]);
  });
  it('are all asked again once an event was missed', async () => {
    const { find, asked, hear } = ground();
    await find('A', 'B');
    hear('Z', 'itemCreated', 2);
    await find('A', 'B');
    expect(asked).toHaveLength(2);
  });
  it('are asked again after a while, in case the last event was lost', async () => {
    const { find, asked, pass, owned } = ground();
    await find('A');
    owned.set('A', 'samples');
    pass(factKeptMs - 1);
    expect(await find('A')).toEqual({ A: 'goods' });
    pass(1);
    expect(await find('A')).toEqual({ A: 'samples' });
    expect(asked).toHaveLength(2);
  });
  it('never remember that something does not exist', async () => {
    const { find, owned } = ground();
    expect(await find('NEW')).toEqual({});
    owned.set('NEW', 'goods');
    expect(await find('NEW')).toEqual({ NEW: 'goods' });
  });
  it('are not remembered where they changed while the answer was under way', async () => {
    const { find, owned, hear, holdAnswers } = ground();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    holdAnswers(promise);
    const asking = find('A');
    owned.set('A', 'samples');
    hear('A');
    resolve(undefined);
    await asking;
    expect(await find('A')).toEqual({ A: 'samples' });
  });
  it('are of one tenant each, and bounded over all of them', async () => {
    const { facts, asked } = ground({ rememberedMax: 2 });
    await facts.find(['A', 'B'], contextOf('one'));
    expect(facts.isWaiting('one')).toBe(true);
    await facts.find(['A'], contextOf('two'));
    expect(['one', 'two'].map((tenant) => facts.isWaiting(tenant))).toEqual([false, true]);
    await facts.find(['A'], contextOf('two'));
    expect(asked).toHaveLength(2);
  });
});
