/** What the books are, and which of their months are locked. */
import { defineRecord, fields } from '@morrow/contract';
import { Company } from '@morrow/protocol-companies';

/** The currency that the books are kept in, learnt from the company; one for each tenant. */
export const Book = defineRecord({
  name: 'book',
  owner: 'finance',
  title: { one: 'Book', many: 'Books' },
  known: { by: 'slot' },
  scope: 'organization',
  fields: { slot: fields.slot('book'), currency: Company.fields.currency },
  states: { open: 'Open' },
  moves: { open: { on: 'bookOpened', to: 'open', takes: ['currency'] } },
});

/** A month that was locked at least once; others are open. */
export const Period = defineRecord({
  name: 'period',
  owner: 'finance',
  title: { one: 'Period', many: 'Periods' },
  known: { by: 'period' },
  scope: 'organization',
  fields: {
    period: fields.code({
      max: 7,
      label: 'Period',
      help: 'A month, 2010-12',
      unique: true,
      once: true,
    }),
  },
  states: { open: 'Open', locked: 'Locked' },
  moves: {
    lock: { on: 'periodLocked', begins: true, from: ['open'], to: 'locked', takes: ['period'] },
    unlock: { on: 'periodUnlocked', from: ['locked'], to: 'open', takes: ['period'] },
  },
});
export const PeriodCode = Period.fields.period.schema;
