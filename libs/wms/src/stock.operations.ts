/** Stock: receive, adjust, reserve and release, and the balances people ask for. */
import type { CallContext } from '@morrow/contract';
import { isDuplicate, unitOf, type Engines } from '@morrow/document-keeper';
import { quantityOf, type Clock, type Id, type Ids } from '@morrow/kernel';
import { availableMax, Stock } from '@morrow/protocol-stock';
import { moveStock, type StockMove } from './move-stock.ts';
import { endReservations, reserveStock } from './reserve-stock.ts';

export const stockOperations = (engines: Engines, clock: Clock, ids: Ids): Stock => {
  const storeOf = (context: CallContext) => engines.stores.of(context.tenant);
  const move = async (label: string, wanted: StockMove, context: CallContext) => {
    try {
      const moved = await storeOf(context).transact(label, (session) =>
        moveStock(session, [wanted], { clock, ids, context }),
      );
      const [first] = moved;
      if (!first) throw new TypeError('One document moves');
      return first;
    } catch (error) {
      if (isDuplicate(error)) throw Stock.fail('numberTaken', { number: wanted.number });
      throw error;
    }
  };
  const positive = (lines: readonly { readonly item: string; readonly quantity: bigint }[]) => {
    const bad = lines.find(({ quantity }) => quantity <= 0n);
    if (bad) throw Stock.fail('notPositive', { item: bad.item });
  };
  return {
    async receive(asked, context) {
      positive(asked.lines);
      return move('stock.receive', { ...asked, kind: 'receipt' }, context);
    },
    adjust: ({ reason, ...asked }, context) =>
      move('stock.adjust', { ...asked, kind: 'adjustment', cause: reason }, context),
    async reserve(wish, context) {
      positive(wish.lines);
      try {
        return await storeOf(context).transact('stock.reserve', async (session) => {
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
        if (isDuplicate(error)) throw Stock.fail('numberTaken', { number: wish.number });
        throw error;
      }
    },
    release: ({ reservationId }, context) =>
      storeOf(context).transact('stock.release', async (session) => {
        const row = await session.load('reservation', reservationId);
        if (row?.state !== 'reserved') throw Stock.fail('unknownReservation', { reservationId });
        const output = { reservationId };
        await endReservations(session, [row], 'reservationReleased', { clock, context }, output);
        return output;
      }),
    ...reading(engines),
  };
};

type Reading = Pick<
  Stock,
  'getBalance' | 'availability' | 'listBalances' | 'listMovements' | 'totals'
>;
const reading = (engines: Engines): Reading => {
  const stockOf = (context: CallContext) => engines.stores.of(context.tenant).stock;
  return {
    async getBalance(key, context) {
      const [row] = await stockOf(context).balances([key]);
      const { onHand = 0n, reserved = 0n, value = 0n, lastCost = 0n } = row ?? {};
      return {
        ...key,
        onHand: quantityOf(onHand),
        reserved: quantityOf(reserved),
        value,
        lastCost,
      };
    },
    async availability({ items }, context) {
      const rows = await stockOf(context).available([...new Set(items)], availableMax + 1);
      const available = rows
        .slice(0, availableMax)
        .map(({ item, warehouse, onHand, reserved }) => ({
          item,
          warehouse,
          available: quantityOf(onHand - reserved),
        }));
      return { available, isWhole: rows.length <= availableMax };
    },
    async listBalances({ after, limit }, context) {
      const rows = await stockOf(context).listBalances(after, limit);
      const balances = rows.map(({ item, warehouse, onHand, reserved, value }) => ({
        item,
        warehouse,
        onHand: quantityOf(onHand),
        reserved: quantityOf(reserved),
        value,
      }));
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return { balances, next: last && { item: last.item, warehouse: last.warehouse } };
    },
    async listMovements({ after = '', limit, ...key }, context) {
      const rows = await stockOf(context).movements(key, after, limit);
      const movements = rows.map(({ place, kind, quantity, value, onHandAfter, valueAfter }) => ({
        place,
        kind,
        quantity: quantityOf(quantity),
        value,
        onHandAfter: quantityOf(onHandAfter),
        valueAfter,
      }));
      return { movements, next: rows.length === limit ? rows.at(-1)?.place : undefined };
    },
    async totals(_input, context) {
      const { value, movements } = await stockOf(context).totals();
      return { value, movements };
    },
  };
};
