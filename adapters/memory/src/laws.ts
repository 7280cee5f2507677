/** The laws checked on what is stored: a sentence for each row that breaks one. */
import type { MovementRow, StoredDomain } from '@morrow/engines';
import { totalsOf } from './ledger-tables.ts';
import { newBalance } from './stock-tables.ts';
import { isFree } from './stock-waiting.ts';
import { balanceKey, balanceOrder, type Tables } from './tables.ts';

const dayMs = 86_400_000;

export const faultsOf = (tables: Tables, domain: StoredDomain): readonly string[] => [
  ...timerFaults(tables),
  ...documentFaults(tables, domain),
  ...(domain.keeps.includes('book') ? bookFaults(tables) : []),
  ...(domain.keeps.includes('stock') ? stockFaults(tables) : []),
];

function timerFaults({ timers }: Tables): readonly string[] {
  const yesterday = new Date(Date.now() - dayMs).toISOString();
  return timers.rows().flatMap(({ id, name, dueAt, tryAt, attempts, sentence }) => {
    const timer = `The timer ${name} ${id}`;
    if (tryAt === undefined)
      return [`${timer} has failed ${attempts} times and waits for a person: ${sentence}`];
    return tryAt < yesterday ? [`${timer} was due at ${dueAt}, and nobody took it`] : [];
  });
}

const documentFaults = ({ documents, streams }: Tables, domain: StoredDomain): readonly string[] =>
  domain.documents.flatMap(({ name }) =>
    (documents.get(name)?.rows() ?? []).flatMap(({ id, version }) => {
      const events = streams.get(id)?.length ?? 0;
      return events === version
        ? []
        : [`${name} ${id} has version ${version}, but ${events} events`];
    }),
  );

function bookFaults(tables: Tables): readonly string[] {
  const books = new Map<string, bigint>();
  for (const { currency, debit, credit } of totalsOf(tables))
    books.set(currency, (books.get(currency) ?? 0n) + debit - credit);
  const unbalanced = [...books].flatMap(([currency, sum]) =>
    sum ? [`The books of ${currency} do not add up to zero but to ${sum}`] : [],
  );
  const entries = tables.entries.rows().flatMap(({ id, source, lines }) => {
    const sum = lines.reduce((total, { amount }) => total + BigInt(amount), 0n);
    return sum || lines.length < 2
      ? [`The entry ${id} (${source}) adds up to ${sum} over ${lines.length} lines`]
      : [];
  });
  return [...unbalanced, ...entries];
}

function stockFaults(tables: Tables): readonly string[] {
  const moved = tables.movements.rows().flatMap((rows) => rows.slice(0, 1));
  const keys = new Map([...tables.balances.rows(), ...moved].map((row) => [balanceKey(row), row]));
  const rows = [...keys.values()].sort(balanceOrder).map((key) => ({
    place: `${key.item} in ${key.warehouse}`,
    balance: tables.balances.get(balanceKey(key)) ?? newBalance(key),
    movements: tables.movements.get(balanceKey(key)) ?? [],
  }));
  const sums = rows.flatMap(({ place, balance: { onHand, value }, movements }) => {
    const quantity = movements.reduce((sum, row) => sum + row.quantity, 0n);
    const worth = movements.reduce((sum, row) => sum + row.value + row.correction, 0n);
    const found = `${onHand} on hand worth ${value}`;
    return onHand === quantity && value === worth
      ? []
      : [`${place}: ${found}, but its movements add up to ${quantity} worth ${worth}`];
  });
  const reserved = rows.flatMap(({ place, balance }) =>
    balance.reserved < 0n ? [`${place}: ${balance.reserved} reserved, which is below zero`] : [],
  );
  return [...sums, ...reserved, ...waitingFaults(tables), ...rows.flatMap(runningFaults)];
}

function waitingFaults(tables: Tables): readonly string[] {
  const lines = Object.groupBy(tables.waiting.rows(), ({ reservation }) => reservation);
  return Object.entries(lines).flatMap(([reservation, rows = []]) =>
    rows.every((row) => isFree(tables, row))
      ? [`Reservation ${reservation} waits for stock, but everything it wants is available`]
      : [],
  );
}

interface PlacedMovements {
  readonly place: string;
  readonly movements: readonly MovementRow[];
}
/** Figures of movements that their predecessors do not add up to. */
function runningFaults({ place, movements }: PlacedMovements): readonly string[] {
  let [quantity, worth] = [0n, 0n];
  return movements.flatMap((row) => {
    quantity += row.quantity;
    worth += row.value + row.correction;
    return row.onHandAfter === quantity && row.valueAfter === worth
      ? []
      : [
          `${place}: the movement at ${row.place} stands at ${row.onHandAfter} worth ` +
            `${row.valueAfter}, its predecessors add up to ${quantity} worth ${worth}`,
        ];
  });
}
