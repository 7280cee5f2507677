/** Warehouses: where stock lies. */
import { command, defineProtocol, eventDataOf, query, type PortFor } from '@morrow/contract';
import { z } from 'zod';
import { Warehouse, WarehouseCode, WarehouseView } from './warehouse.record.ts';

export { Warehouse, WarehouseCode } from './warehouse.record.ts';

export const Warehouses = defineProtocol({
  name: 'warehouses',
  version: 1,
  domain: 'wms',
  summary: 'Warehouses: the places where stock is kept',
  errors: {
    unknownWarehouse: {
      fault: 'missing',
      data: z.object({ code: WarehouseCode }),
      sentence: 'There is no warehouse {code}.',
    },
    noName: {
      fault: 'invalid',
      data: z.object({ code: WarehouseCode }),
      sentence: 'Warehouse {code} has no name.',
    },
    outerSpace: {
      fault: 'invalid',
      data: z.object({ code: WarehouseCode }),
      sentence: 'The code “{code}” begins or ends with a space.',
    },
  },
  operations: {
    open: command({
      summary: 'Opens a warehouse, or renames the one with that code',
      input: WarehouseView,
      output: WarehouseView,
      errors: ['noName', 'outerSpace'],
    }),
    get: query({
      summary: 'One warehouse by its code',
      input: z.object({ code: WarehouseCode }),
      output: WarehouseView,
      errors: ['unknownWarehouse'],
    }),
    list: query({
      summary: 'Warehouses in the order of their opening, a page at a time',
      input: z.object({
        /** Code of the last warehouse of the page before. */
        after: WarehouseCode.optional(),
        /** 500 where it is absent. */
        limit: z.int().min(1).max(500).optional(),
      }),
      output: z.object({
        warehouses: z.array(WarehouseView).max(500),
        next: WarehouseCode.optional(),
      }),
      errors: [],
    }),
  },
  events: {
    warehouseOpened: {
      version: 1,
      summary: 'A warehouse was opened',
      data: eventDataOf(Warehouse, 'open'),
    },
    warehouseRenamed: {
      version: 1,
      summary: 'A warehouse was renamed',
      data: eventDataOf(Warehouse, 'rename'),
    },
  },
});
export type Warehouses = PortFor<typeof Warehouses>;
