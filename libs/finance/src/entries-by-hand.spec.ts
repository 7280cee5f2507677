/** Who posts by hand, and on which days. */
import type { CallContext } from '@morrow/contract';
import { calendarDate } from '@morrow/kernel';
import { describe, expect, it } from 'vitest';
import { isService, refuseDistant } from './entries-by-hand.ts';

const context = { tenant: 'main', trace: '', deadlineAt: 0 };
const calls = (actor: string, claimed?: string) => {
  const claim = claimed === undefined ? {} : { claim: { actor: claimed } };
  return isService({ ...context, actor, ...claim } as CallContext);
};

describe('a call', () => {
  it('is of a service where its claim says so, whatever the context says', () => {
    expect(calls('module:wms', 'service:wms')).toBe(true);
    expect(calls('module:wms', 'person:ada')).toBe(false);
    expect(calls('service:wms', 'cli:owner')).toBe(false);
  });
  it('of a workflow acts for a person', () => {
    expect(calls('workflow:close-month@1', 'workflow:close-month@1')).toBe(false);
  });
  it('is believed where a binding has no claims', () => {
    expect([calls('module:wms'), calls('person:ada')]).toEqual([true, false]);
  });
});

describe('the day of an entry', () => {
  const now = new Date('2026-11-30T12:00:00Z');
  const isRefused = (day: string) => {
    try {
      refuseDistant(calendarDate(day), now);
      return false;
    } catch {
      return true;
    }
  };
  it('lies from 1900 until a year ahead', () => {
    const taken = ['1900-01-01', '2026-11-30', '2027-11-30'];
    const refused = ['1899-12-31', '0001-01-01', '2027-12-31', '9999-12-31'];
    expect(taken.filter(isRefused)).toEqual([]);
    expect(refused.filter(isRefused)).toEqual(refused);
  });
});
