/** The accounting period: a month that was locked at least once; others are open. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';

export interface PeriodFields extends JsonObject {
  readonly period: string;
}

export const period = defineDocument<PeriodFields>({
  name: 'period',
  label: 'Period',
  scope: 'organization',
  numberField: 'period',
  lifecycles: [
    defineLifecycle({
      id: 'period',
      version: 1,
      states: ['open', 'locked'],
      transitions: [
        { on: 'periodLocked', from: [], to: 'locked' },
        { on: 'periodLocked', from: ['open'], to: 'locked' },
        { on: 'periodUnlocked', from: ['locked'], to: 'open' },
      ],
    }),
  ],
  fields: { period: { kind: 'text', label: 'Period', unique: true } },
  evolve: (_fields, { data }) => ({ period: String(data['period']) }),
});
