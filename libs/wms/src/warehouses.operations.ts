/** Warehouses: opens, renames and lists them. */
import {
  againOnDuplicate,
  commitChange,
  eventOf,
  transitionOf,
  type Engines,
} from '@morrow/document-keeper';
import type { Clock, Ids } from '@morrow/kernel';
import { Warehouses } from '@morrow/protocol-warehouses';
import { warehouse, type WarehouseFields } from './warehouse.document.ts';

export const warehousesOperations = (engines: Engines, clock: Clock, ids: Ids): Warehouses => ({
  open: (details, context) =>
    againOnDuplicate(() =>
      commitChange(engines, clock, context, async () => {
        const { code, name } = details;
        const [row] = await engines.stores.of(context.tenant).findBy('warehouse', 'code', [code]);
        const event = row
          ? eventOf(Warehouses, 'warehouseRenamed', { name })
          : eventOf(Warehouses, 'warehouseOpened', details);
        const isSame = row && (row.fields as WarehouseFields).name === name;
        const transition = transitionOf(warehouse, row, row?.id ?? ids.next(), [event]);
        return { transitions: isSame ? [] : [transition], output: details };
      }),
    ),
  async list(_input, context) {
    const rows = await engines.stores.of(context.tenant).list('warehouse', { limit: 500 });
    const warehouses = rows.map(({ fields }) => fields as WarehouseFields);
    return { warehouses: warehouses.map(({ code, name }) => ({ code, name })) };
  },
});
