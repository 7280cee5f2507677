/** Warehouses: opens, renames, finds and lists them. */
import { toldOf, unknownCursor, type CallContext } from '@morrow/contract';
import {
  againOnDuplicate,
  documentsOf,
  eventOf,
  transitionOf,
  unitOf,
  type Engines,
  type Session,
} from '@morrow/document-keeper';
import { hasOuterSpace, isName, type Clock, type Ids } from '@morrow/kernel';
import { Warehouse, Warehouses } from '@morrow/protocol-warehouses';
import { warehouse } from './warehouse.document.ts';

const pageMax = 500;
type Details = Parameters<Warehouses['open']>[0];

/** Opens the warehouse, or renames it under a lock, so that callers take turns. */
async function openOrRename(
  session: Session,
  details: Details,
  { clock, ids, context }: { clock: Clock; ids: Ids; context: CallContext },
): Promise<Details> {
  const { code, name } = details;
  const documents = documentsOf(session);
  const found = await documents.findBy(warehouse, 'code', [code]);
  const [row] = await documents.lockMany(
    warehouse,
    found.map(({ id }) => id),
  );
  if (!row && hasOuterSpace(code)) throw Warehouses.fail('outerSpace', { code });
  const isSame = row?.fields.name === name;
  const event = row
    ? eventOf(Warehouses, 'warehouseRenamed', { name })
    : eventOf(Warehouses, 'warehouseOpened', details);
  const transitions = isSame ? [] : [transitionOf(warehouse, row, row?.id ?? ids.next(), [event])];
  await session.write(unitOf(context, clock.now(), { transitions, output: details }));
  return details;
}

export const warehousesOperations = (engines: Engines, clock: Clock, ids: Ids): Warehouses => {
  const rowOf = (code: string, context: CallContext) =>
    engines.documents(context).find(warehouse, 'code', code);
  return {
    async open(details, context) {
      const { code, name } = details;
      if (!isName(name)) throw Warehouses.fail('noName', { code });
      return againOnDuplicate(() =>
        engines
          .kept(context)
          .transact('warehouses.open', (session) =>
            openOrRename(session, details, { clock, ids, context }),
          ),
      );
    },
    async get({ code }, context) {
      const row = await rowOf(code, context);
      if (!row) throw Warehouses.fail('unknownWarehouse', { code });
      return toldOf(Warehouse, row.fields);
    },
    async list({ after, limit = pageMax }, context) {
      const last = after === undefined ? undefined : await rowOf(after, context);
      if (after !== undefined && !last) throw unknownCursor();
      const rows = await engines.documents(context).list(warehouse, { after: last?.id, limit });
      const warehouses = rows.map(({ fields }) => toldOf(Warehouse, fields));
      return { warehouses, next: rows.length === limit ? warehouses.at(-1)?.code : undefined };
    },
  };
};
