/** Warehouses: opens, renames, finds and lists them. */
import { unknownCursor, type CallContext } from '@morrow/contract';
import {
  againOnDuplicate,
  eventOf,
  transitionOf,
  unitOf,
  type Engines,
  type Session,
} from '@morrow/document-keeper';
import { hasOuterSpace, isName, type Clock, type Ids } from '@morrow/kernel';
import { Warehouses } from '@morrow/protocol-warehouses';
import { warehouse, type WarehouseFields } from './warehouse.document.ts';

const pageMax = 500;
type Details = Parameters<Warehouses['open']>[0];

/** Opens the warehouse, or renames it under a lock, so that callers take turns. */
async function openOrRename(
  session: Session,
  details: Details,
  { clock, ids, context }: { clock: Clock; ids: Ids; context: CallContext },
): Promise<Details> {
  const { code, name } = details;
  const found = await session.findBy('warehouse', 'code', [code]);
  const [row] = await session.lockMany(
    'warehouse',
    found.map(({ id }) => id),
  );
  if (!row && hasOuterSpace(code)) throw Warehouses.fail('outerSpace', { code });
  const isSame = row && (row.fields as WarehouseFields).name === name;
  const event = row
    ? eventOf(Warehouses, 'warehouseRenamed', { name })
    : eventOf(Warehouses, 'warehouseOpened', details);
  const transitions = isSame ? [] : [transitionOf(warehouse, row, row?.id ?? ids.next(), [event])];
  await session.write(unitOf(context, clock.now(), { transitions, output: details }));
  return details;
}

export const warehousesOperations = (engines: Engines, clock: Clock, ids: Ids): Warehouses => {
  const storeOf = (context: CallContext) => engines.stores.of(context.tenant);
  const rowOf = async (code: string, context: CallContext) =>
    (await storeOf(context).findBy('warehouse', 'code', [code]))[0];
  return {
    async open(details, context) {
      const { code, name } = details;
      if (!isName(name)) throw Warehouses.fail('noName', { code });
      return againOnDuplicate(() =>
        storeOf(context).transact('warehouses.open', (session) =>
          openOrRename(session, details, { clock, ids, context }),
        ),
      );
    },
    async get({ code }, context) {
      const row = await rowOf(code, context);
      if (!row) throw Warehouses.fail('unknownWarehouse', { code });
      const { name } = row.fields as WarehouseFields;
      return { code, name };
    },
    async list({ after, limit = pageMax }, context) {
      const last = after === undefined ? undefined : await rowOf(after, context);
      if (after !== undefined && !last) throw unknownCursor();
      const rows = await storeOf(context).list('warehouse', { after: last?.id, limit });
      const warehouses = rows.map(({ fields }) => {
        const { code, name } = fields as WarehouseFields;
        return { code, name };
      });
      return { warehouses, next: rows.length === limit ? warehouses.at(-1)?.code : undefined };
    },
  };
};
