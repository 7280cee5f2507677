/** The book: the currency that the books are kept in, learnt from the company; one
 * for each tenant. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';

export interface BookFields extends JsonObject {
  /** Always `book`: unique, so that there is one. */
  readonly slot: string;
  readonly currency: string;
}

export const bookSlot = 'book';
export const book = defineDocument<BookFields>({
  name: 'book',
  label: 'Book',
  scope: 'organization',
  numberField: 'slot',
  lifecycles: [
    defineLifecycle({
      id: 'book',
      version: 1,
      states: ['open'],
      transitions: [{ on: 'bookOpened', from: [], to: 'open' }],
    }),
  ],
  fields: {
    slot: { kind: 'text', label: 'Slot', unique: true },
    currency: { kind: 'text', label: 'Currency' },
  },
  evolve: (_fields, { data }) => ({ slot: bookSlot, currency: String(data['currency']) }),
});
