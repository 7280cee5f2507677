/** Scenarios of companies: the currencies that books can be kept in, and the rules that a company
 * chooses. */
import { Companies } from '@morrow/protocol-companies';
import { expect } from 'vitest';
import type { Scenario } from '../worlds/world.ts';

/** Codes whose decimals JavaScript's own table has wrong, and one of each size (ISO 4217). */
const published = { AFN: 2, HUF: 2, IDR: 2, IQD: 3, LAK: 2, JPY: 0, GBP: 2, KWD: 3, CLF: 4 };

export const scenarios: Readonly<Record<string, Scenario>> = {
  async 'currencies are those of ISO 4217, with the decimals of their amounts'(world) {
    const { currencies } = await world.port(Companies).currencies({}, world.context());
    const decimals = new Map(currencies.map(({ code, decimals: places }) => [code, places]));
    for (const [code, places] of Object.entries(published))
      expect([code, decimals.get(code)]).toEqual([code, places]);
    const codes = currencies.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)].sort());
    expect(codes.length).toBeGreaterThan(150);
    expect(decimals.has('XXX')).toBe(false);
  },
  async 'a company chooses its rules, and what it has not chosen is refused'(world) {
    const companies = world.port(Companies);
    const { rules: before } = await companies.get({}, world.context());
    const set = async (chosen: Parameters<typeof companies.setRules>[0]) =>
      (await companies.setRules(chosen, world.context())).rules;
    const steps = [
      await set({ negativeStock: 'allow' }),
      await set({ unknownCustomers: 'allow' }),
      await set({}),
      await set({ negativeStock: 'refuse', unknownCustomers: 'refuse' }),
    ];
    const renamed = { name: 'A shop of rules', currency: 'GBP' };
    await companies.setUp(renamed, world.context());
    const { rules: after } = await companies.get({}, world.context());
    await companies.setUp({ ...renamed, name: 'The Shop' }, world.context());
    const strict = { negativeStock: 'refuse', unknownCustomers: 'refuse' };
    expect({ before, steps, after }).toEqual({
      before: strict,
      steps: [
        { negativeStock: 'allow', unknownCustomers: 'refuse' },
        { negativeStock: 'allow', unknownCustomers: 'allow' },
        { negativeStock: 'allow', unknownCustomers: 'allow' },
        strict,
      ],
      after: strict,
    });
  },
};
