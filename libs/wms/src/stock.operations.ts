/** Stock: receive, adjust, reserve and release. */
import type { CallContext } from '@morrow/contract';
import {
  documentsOf,
  isDuplicate,
  transactChange,
  unitOf,
  type Engines,
} from '@morrow/document-keeper';
import { quantityOf, type Clock, type Id, type Ids } from '@morrow/kernel';
import { Stock } from '@morrow/protocol-stock';
import { OutOfBounds } from '@morrow/stock-keeper';
import type { StockFactSources } from './known-facts.ts';
import { keysIn, moveStock, type Refusal, type StockMove } from './move-stock.ts';
import { freeing } from './offer-stock.ts';
import { reservation } from './reservation.document.ts';
import { linesOf, releaseReserved, reserveStock, type Wish } from './reserve-stock.ts';
import { stockReading } from './stock-reading.ts';
import * as rules from './stock-rules.ts';
import { warehouse as warehouseType } from './warehouse.document.ts';

/** What the operations of stock stand on. */
export interface StockGround {
  readonly engines: Engines;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly facts: StockFactSources;
}
type Asked = Pick<StockMove, 'warehouse' | 'lines'>;

/** The rules about what a command names. */
function checks({ engines, clock, facts }: StockGround) {
  /** The warehouse and every item exist. */
  const names = async ({ warehouse, lines }: Asked, context: CallContext) => {
    const codes = lines.map(({ item }) => item);
    const [found, categories] = await Promise.all([
      engines.documents(context).find(warehouseType, 'code', warehouse),
      facts.categories(codes, context),
    ]);
    if (!found) throw Stock.fail('unknownWarehouse', { warehouse });
    rules.requireGoods(lines, categories);
  };
  return {
    names,
    /** Gives the company. */
    async document(asked: StockMove, context: CallContext) {
      const company = await facts.company(context);
      rules.requireHeader(asked, company, clock.now());
      await names(asked, context);
      return company;
    },
  };
}

async function reserve({ engines, clock, ids }: StockGround, wish: Wish, context: CallContext) {
  const { number } = wish;
  try {
    return await engines.kept(context).transact('stock.reserve', async (session) => {
      await session.stock.turn({ freed: [], isQueueing: false });
      const [granted] = await reserveStock(session, [wish], ids);
      if (!granted) throw new TypeError('One wish has one answer');
      const { short, transition } = granted;
      if (short)
        throw Stock.fail('insufficientStock', {
          item: short.item,
          warehouse: short.warehouse,
          requested: quantityOf(short.requested),
          available: quantityOf(short.available),
        });
      const output = { reservationId: transition.row.id as Id<'reservation'> };
      const change = { transitions: [transition], output };
      await session.write(unitOf(context, clock.now(), change));
      return output;
    });
  } catch (error) {
    if (isDuplicate(error)) throw Stock.fail('numberTaken', { number });
    throw error;
  }
}

export const stockOperations = (ground: StockGround): Stock => {
  const { engines, clock, ids } = ground;
  const check = checks(ground);
  const move = async (label: string, wanted: StockMove, context: CallContext, refuse?: Refusal) => {
    const tools = { clock, ids, context };
    try {
      const moved = await engines
        .kept(context)
        .transact(label, (session) =>
          freeing(session, keysIn([wanted]), tools, () =>
            moveStock(session, [wanted], tools, refuse),
          ),
        );
      const [first] = moved;
      if (!first) throw new TypeError('One document moves');
      return first;
    } catch (error) {
      if (isDuplicate(error)) throw Stock.fail('numberTaken', { number: wanted.number });
      if (error instanceof OutOfBounds) throw Stock.fail('outOfBounds', { item: error.item });
      throw error;
    }
  };
  return {
    async receive(asked, context) {
      rules.requirePositive(asked.lines);
      rules.requireCosts(asked.lines);
      const wanted = { ...asked, kind: 'receipt' as const };
      await check.document(wanted, context);
      return move('stock.receive', wanted, context);
    },
    async adjust({ reason, origin, ...asked }, context) {
      rules.requireMovement(asked.lines);
      const wanted = { ...asked, kind: 'adjustment' as const, cause: reason };
      const company = await check.document(wanted, context);
      const isFact = origin !== undefined || company?.rules.negativeStock === 'allow';
      return move('stock.adjust', wanted, context, isFact ? undefined : rules.refuseShortage);
    },
    async reserve(wish, context) {
      rules.requirePositive(wish.lines);
      rules.requireFreeNumber(wish.number);
      await check.names(wish, context);
      return reserve(ground, wish, context);
    },
    release: ({ reservationId }, context) =>
      transactChange(engines, context, 'stock.release', async (session) => {
        const row = await documentsOf(session).load(reservation, reservationId);
        if (!row) throw Stock.fail('unknownReservation', { reservationId });
        const tools = { clock, ids, context };
        const output = { reservationId };
        return freeing(session, linesOf(row), tools, async () => {
          const state = await releaseReserved(session, row, tools, output);
          if (state !== 'released') throw Stock.fail('notReserved', { reservationId, state });
          return output;
        });
      }),
    ...stockReading(engines),
  };
};
