/** Scenarios of companies: the currencies that books can be kept in. */
import { Companies } from '@morrow/protocol-companies';
import { expect } from 'vitest';
import type { Scenario } from './world.ts';

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
};
