// A store in a domain is planted and seen caught; keepers and tests have theirs.
import { expect, it } from 'vitest';
import { lintPlanted } from './planted-world.ts';

const refusal = 'A domain has no store: read documents(context), or kept(context) of the engines.';

it.each([
  'stores.of(tenant);',
  'engines.stores.of(context.tenant).load(type, id);',
  "engines['stores'].of(tenant);",
  'const { of } = engines; tools.engines.stores.of(tenant);',
])('catches %s', async (text) => {
  expect(await lintPlanted('@morrow/some-domain', text)).toEqual([refusal]);
});

it.each(['documents(context).load(type, id);', 'Array.of(1);', 'untilNoConflict({ stores });'])(
  'lets %s pass',
  async (text) => {
    expect(await lintPlanted('@morrow/some-domain', text)).toEqual([]);
  },
);

it('leaves keepers their stores', async () => {
  expect(await lintPlanted('@morrow/some-keeper', 'stores.of(tenant);')).toEqual([]);
});
