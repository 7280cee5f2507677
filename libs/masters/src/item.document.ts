/** The item: what is bought, kept and sold, or a charge that is no goods. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';
import { itemCategories } from '@morrow/protocol-items';

export interface ItemFields extends JsonObject {
  readonly code: string;
  readonly name: string;
  readonly category: string;
}

const lifecycle = defineLifecycle({
  id: 'item',
  version: 1,
  states: ['active'],
  transitions: [
    { on: 'itemCreated', from: [], to: 'active' },
    { on: 'itemRenamed', from: ['active'], to: 'active' },
  ],
});

export const item = defineDocument<ItemFields>({
  name: 'item',
  label: 'Item',
  scope: 'organization',
  numberField: 'code',
  lifecycles: [lifecycle],
  fields: {
    code: { kind: 'text', label: 'Code', unique: true },
    name: { kind: 'text', label: 'Name' },
    category: { kind: 'choice', label: 'Category', choices: itemCategories },
  },
  evolve: (fields, { data }) => ({ ...fields, ...data }) as ItemFields,
});
