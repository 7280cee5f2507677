/** The account of the chart. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';
import { accountKinds } from '@morrow/protocol-ledger';

export interface AccountFields extends JsonObject {
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly role: string | null;
  readonly isPostable: boolean;
  readonly parent: string | null;
}

export const account = defineDocument<AccountFields>({
  name: 'account',
  label: 'Account',
  scope: 'organization',
  numberField: 'code',
  lifecycles: [
    defineLifecycle({
      id: 'account',
      version: 1,
      states: ['open'],
      transitions: [{ on: 'accountOpened', from: [], to: 'open' }],
    }),
  ],
  fields: {
    code: { kind: 'text', label: 'Code', unique: true },
    name: { kind: 'text', label: 'Name' },
    kind: { kind: 'choice', label: 'Kind', choices: accountKinds },
    role: { kind: 'text', label: 'Role', optional: true, unique: true },
    isPostable: { kind: 'flag', label: 'Postable' },
    parent: { kind: 'text', label: 'Parent', optional: true },
  },
  evolve: (_fields, { data }) =>
    ({ role: null, parent: null, ...data }) as unknown as AccountFields,
});
