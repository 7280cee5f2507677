/** Stock as people look at it: balances, movements, documents, and who waits. */
import { unknownCursor, type CallContext } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { calendarDate, parseQuantity, quantityMax, quantityOf, type Id } from '@morrow/kernel';
import { availableMax, Stock } from '@morrow/protocol-stock';
import type { WaitingRow } from '@morrow/stock-keeper';
import { reservation, type ReservationRow } from './reservation.document.ts';
import { stockDocument } from './stock-document.document.ts';
import { isRank, serviceOf } from './waiting-line.ts';

const shownLines = (lines: ReservationRow['fields']['lines']) =>
  lines.map(({ item, quantity }) => ({ item, quantity: parseQuantity(quantity) }));
const placeOf = ({ reservation, warehouse, item, rank }: WaitingRow) => ({
  reservationId: reservation as Id<'reservation'>,
  ...{ warehouse, item, rank },
});
type Reading = Pick<Stock, Exclude<keyof Stock, 'receive' | 'adjust' | 'reserve' | 'release'>>;
const balances = (engines: Engines): Omit<Reading, keyof (Numbered & Lists)> => {
  const stockOf = (context: CallContext) => engines.kept(context).stock;
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
    async listBalances({ after, limit, isNegative = false }, context) {
      const rows = await stockOf(context).listBalances(after, limit, isNegative);
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
    async totals(_input, context) {
      const { value, movements } = await stockOf(context).totals();
      return { value, movements };
    },
  };
};

type Lists = Pick<Stock, 'listMovements' | 'listWaiting'>;
const lists = (engines: Engines): Lists => {
  const stockOf = (context: CallContext) => engines.kept(context).stock;
  return {
    async listWaiting({ item, warehouse, after, limit }, context) {
      if (after && !isRank(after.rank)) throw unknownCursor();
      const from = after && { ...after, reservation: after.reservationId };
      const rows = await stockOf(context).waiting({ item, warehouse }, from, limit);
      const waiting = rows.map(({ reservation, rank, quantity, ...key }) => ({
        reservationId: reservation as Id<'reservation'>,
        ...serviceOf(rank),
        ...key,
        wanted: quantityOf(quantity < quantityMax ? quantity : quantityMax),
      }));
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return { waiting, next: last && placeOf(last) };
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
  };
};

type Numbered = Pick<Stock, 'getDocument' | 'getReservation'>;
const numbered = ({ documents }: Engines): Numbered => {
  return {
    async getDocument({ kind, number }, context) {
      const row = await documents(context).find(stockDocument, 'code', `${kind}:${number}`);
      if (!row) throw Stock.fail('unknownNumber', { kind, number });
      const { warehouse, currency, effectiveAt, lines } = row.fields;
      return {
        documentId: row.id as Id<'stockDocument'>,
        ...{ kind, number, warehouse, currency },
        effectiveAt: new Date(effectiveAt),
        lines: shownLines(lines),
      };
    },
    async getReservation({ number }, context) {
      const row = await documents(context).find(reservation, 'number', number);
      if (!row) throw Stock.fail('unknownNumber', { kind: 'reservation', number });
      const { warehouse, lines, promisedOn, since } = row.fields;
      return {
        reservationId: row.id as Id<'reservation'>,
        ...{ number, state: row.state },
        lines: shownLines(lines),
        ...(warehouse ? { warehouse } : {}),
        ...(promisedOn === null ? {} : { promisedOn: calendarDate(promisedOn) }),
        ...(since === null ? {} : { since: new Date(since) }),
      };
    },
  };
};

/** The queries of stock. */
export const stockReading = (engines: Engines): Reading => ({
  ...balances(engines),
  ...lists(engines),
  ...numbered(engines),
});
