/** The warehouse: a place where stock lies. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';

export interface WarehouseFields extends JsonObject {
  readonly code: string;
  readonly name: string;
}

export const warehouse = defineDocument<WarehouseFields>({
  name: 'warehouse',
  label: 'Warehouse',
  scope: 'organization',
  numberField: 'code',
  lifecycles: [
    defineLifecycle({
      id: 'warehouse',
      version: 1,
      states: ['open'],
      transitions: [
        { on: 'warehouseOpened', from: [], to: 'open' },
        { on: 'warehouseRenamed', from: ['open'], to: 'open' },
      ],
    }),
  ],
  fields: {
    code: { kind: 'text', label: 'Code', unique: true },
    name: { kind: 'text', label: 'Name' },
  },
  evolve: (fields, { data }) => ({ ...fields, ...data }) as WarehouseFields,
});
