/** A replay that puts rebuilt tables in use has projections derive their state again too. */
import type { Rebuild, Store, Stores } from '@morrow/engines';
import { expect, it } from 'vitest';
import { Replays } from './replays.ts';

/** A domain without events, and what its replays did in turn. */
function replaying() {
  const log: string[] = [];
  const rebuild = {
    count: async () => 0,
    streams: () => [],
    settle: async () => undefined,
    compare: async () => [],
    swap: async () => void log.push('swapped'),
    close: async () => undefined,
  } as unknown as Rebuild;
  const noteReplay = async ({ phase }: { readonly phase: string }) => void log.push(phase);
  const store = { rebuild: async () => rebuild, upkeep: { noteReplay } } as unknown as Store;
  const stores = { of: () => store } as unknown as Stores;
  const replays = new Replays(
    stores,
    { documents: [], protocols: [] },
    (sentence) => void log.push(sentence),
    async (tenant) => void log.push(`reset ${tenant}`),
  );
  return async (isToSwap: boolean) => {
    await replays.begin('main', isToSwap);
    await replays.stop();
    return log.splice(0).filter((phase) => phase !== 'running');
  };
}

it('resets them when it swaps, and leaves them alone when it only compares', async () => {
  const replay = replaying();
  expect(await replay(false)).toEqual(['done']);
  expect(await replay(true)).toEqual(['swapped', 'reset main', 'done']);
});
