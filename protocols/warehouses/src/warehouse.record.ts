/** What a warehouse is: a place where stock lies. */
import { defineRecord, fields, shapeOf } from '@morrow/contract';
import { z } from 'zod';

export const Warehouse = defineRecord({
  name: 'warehouse',
  owner: 'wms',
  title: { one: 'Warehouse', many: 'Warehouses' },
  known: { by: 'code' },
  scope: 'organization',
  fields: {
    code: fields.code({ max: 16, label: 'Code', unique: true, once: true }),
    name: fields.text({ max: 120, label: 'Name' }),
  },
  states: { open: 'Open' },
  moves: {
    open: { on: 'warehouseOpened', to: 'open', takes: 'all' },
    rename: { on: 'warehouseRenamed', from: ['open'], to: 'open', takes: ['name'] },
  },
});
/** A warehouse as callers see it. */
export const WarehouseView = z.object(shapeOf(Warehouse));

export const WarehouseCode = Warehouse.fields.code.schema;
