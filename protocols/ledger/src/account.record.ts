/** What an account of the chart is. */
import { defineRecord, fields, shapeOf } from '@morrow/contract';
import { z } from 'zod';

export const Account = defineRecord({
  name: 'account',
  owner: 'finance',
  title: { one: 'Account', many: 'Accounts' },
  known: { by: 'code' },
  scope: 'organization',
  fields: {
    code: fields.code({ max: 16, label: 'Code', unique: true, once: true }),
    name: fields.text({ max: 80, label: 'Name' }),
    kind: fields.choice({
      label: 'Kind',
      of: {
        asset: 'Asset',
        liability: 'Liability',
        equity: 'Equity',
        income: 'Income',
        expense: 'Expense',
      },
    }),
    role: fields.code({
      max: 32,
      label: 'Role',
      help: 'What other domains call it, so that they need not know the chart: inventory.',
      optional: true,
      unique: true,
    }),
    isPostable: fields.flag({
      label: 'Postable',
      help: 'Entries go to postable accounts only; the others are headings.',
    }),
    parent: fields.code({ max: 16, label: 'Parent', optional: true }),
  },
  states: { open: 'Open' },
  moves: { open: { on: 'accountOpened', to: 'open', takes: 'all' } },
});
/** An account as callers see it. */
export const AccountView = z.object(shapeOf(Account));
export type Account = z.output<typeof AccountView>;

export const AccountCode = Account.fields.code.schema;
