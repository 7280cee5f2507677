/** Warehouses: where stock lies. */
import { Code, command, defineProtocol, query, Text, type PortFor } from '@morrow/contract';
import { z } from 'zod';

export const WarehouseCode = Code(16);
export const Warehouse = z.object({ code: WarehouseCode, name: Text(120) });

export const Warehouses = defineProtocol({
  name: 'warehouses',
  version: 1,
  domain: 'wms',
  summary: 'Where stock lies',
  errors: {},
  operations: {
    open: command({
      summary: 'Opens a warehouse, or renames the one of that code',
      input: Warehouse,
      output: Warehouse,
      errors: [],
    }),
    list: query({
      summary: 'All warehouses',
      input: z.object({}),
      output: z.object({ warehouses: z.array(Warehouse).max(500) }),
      errors: [],
    }),
  },
  events: {
    warehouseOpened: { version: 1, summary: 'Stock may lie there', data: Warehouse },
    warehouseRenamed: {
      version: 1,
      summary: 'A warehouse has another name',
      data: z.object({ name: Text(120) }),
    },
  },
});
export type Warehouses = PortFor<typeof Warehouses>;
