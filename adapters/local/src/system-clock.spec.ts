/** Identifiers rise, and tell when they were made. */
import { isUuid, madeAt } from '@morrow/kernel';
import { describe, expect, it } from 'vitest';
import { newTrace, systemIds } from './system-clock.ts';

describe('identifiers', () => {
  it('rise in the order in which they were made, also within a millisecond', () => {
    const made = Array.from({ length: 20_000 }, () => systemIds.next());
    expect(made.every(isUuid)).toBe(true);
    expect(new Set(made).size).toBe(made.length);
    expect([...made].sort()).toEqual(made);
    const ageMs = Math.abs(Date.now() - madeAt(made[0] ?? '').getTime());
    expect(ageMs).toBeLessThan(60_000);
  });
  it('begin traces in the form of W3C', () => {
    expect(newTrace()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});
