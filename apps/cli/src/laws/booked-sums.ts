/** Each shipped order, return and movement of stock is booked once, for its amount; control
 * accounts are the sum of their sub-ledgers. */
import type { Id } from '@morrow/kernel';
import { keepingOf } from '@morrow/protocol-keeping';
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Returns } from '@morrow/protocol-returns';
import type { Session } from '../session.ts';
import { amountText, breach, eventsOf, hosts, paged, type Breach } from './law.ts';
import { mismatches, type Mismatch, type Stated, type Statements } from './matching-sums.ts';

const shippedState = 'shipped';
/** Totals as the streams pass by, for the sum of the sub-ledger. */
interface Sums {
  stated: bigint;
  writtenOff: bigint;
}

async function* shippedOrders({ port, context }: Session, sums: Sums): AsyncIterable<Stated> {
  const orders = paged(async (after: Id<'order'> | undefined) => {
    const page = await port(Orders).list({ after, limit: 200 }, context());
    return { items: page.orders, next: page.next };
  });
  for await (const { orderId, number, state, shippedAt, total } of orders) {
    if (state !== shippedState && !shippedAt) continue;
    sums.stated += total;
    const what = `order ${number} was shipped for`;
    yield { source: `sale:${orderId}`, amount: total, id: orderId, what };
  }
}

async function* receivedReturns({ port, context }: Session, sums: Sums): AsyncIterable<Stated> {
  const returns = paged(async (after: Id<'return'> | undefined) => {
    const page = await port(Returns).list({ after, limit: 200 }, context());
    return { items: page.returns, next: page.next };
  });
  for await (const { returnId, number, total } of returns) {
    sums.stated -= total;
    const what = `return ${number} was received for`;
    yield { source: `return:${returnId}`, amount: -total, id: returnId, what };
  }
}

const valuedEvents = new Set(['goodsReceived', 'stockIssued', 'goodsReturned', 'stockAdjusted']);
/** What each event of a stock document changed in value, by the source that wms posts it under. */
async function* valuedMovements(session: Session): AsyncIterable<Stated> {
  for await (const { type, streamId, streamVersion, data } of eventsOf(session, 'wms')) {
    const source = `wms:${streamId}:${streamVersion}`;
    // what changed no value is not posted
    if (valuedEvents.has(type) && String(data['value']) !== '0') {
      const what = `stock document ${String(data['number'])} changed the value of stock by`;
      yield { source, amount: BigInt(String(data['value'])), id: streamId, what };
    }
    if (type !== 'valuationCorrected') continue;
    const differences = data['differences'] as { date: string; kind: string; value: string }[];
    for (const { date, kind, value } of differences) {
      const what = `the correction of stock document ${streamId} on ${date} (${kind}) is`;
      yield { source: `${source}:${date}:${kind}`, amount: BigInt(value), id: streamId, what };
    }
  }
}

interface Control {
  readonly receivable: string | undefined;
  readonly inventory: string | undefined;
}
async function controlAccounts({ port, context }: Session): Promise<Control> {
  const byRole = new Map<string, string>();
  const accounts = paged(async (after: string | undefined) => {
    const page = await port(Ledger).listAccounts({ after }, context());
    return { items: page.accounts, next: page.next };
  });
  for await (const { code, role } of accounts) if (role !== undefined) byRole.set(role, code);
  return { receivable: byRole.get('receivable'), inventory: byRole.get('inventory') };
}

/** Sources that may move receivables besides sales and returns; `retail` is that of release 0.1. */
const writeOffSources = /^(writeOff|retail:bad debt):/;
const kindOf = (source: string) => source.slice(0, Math.max(source.indexOf(':'), 0));

/** Entries as sums on the control account of their kind; those that nobody may post are told. */
async function* entriesByKind(
  { port, context }: Session,
  { receivable, inventory }: Control,
  sums: Sums,
  told: (breach: Breach) => void,
) {
  const entries = paged(async (after: Id<'entry'> | undefined) => {
    const page = await port(Ledger).listEntries({ after, limit: 40 }, context());
    return { items: page.entries, next: page.next };
  });
  for await (const { source, currency, lines } of entries) {
    const kind = kindOf(source);
    const on = (account: string | undefined) =>
      lines.reduce((sum, line) => (line.account === account ? sum + line.amount : sum), 0n);
    const [owed, stock] = [on(receivable), on(inventory)];
    if (writeOffSources.test(source)) sums.writtenOff += owed;
    else if (owed !== 0n && kind !== 'sale' && kind !== 'return')
      told(breach(strangerOn(source, amountText(owed, currency), receivable, 'receivable')));
    if (stock !== 0n && kind !== 'wms')
      told(breach(strangerOn(source, amountText(stock, currency), inventory, 'inventory')));
    yield { kind, source, amount: kind === 'wms' ? stock : owed };
  }
}
const strangerOn = (source: string, amount: string, account = '', role: string) =>
  `finance: the entry ${source} posts ${amount} to account ${account}, but only the keepers ` +
  `of ${role} post there`;

const toldMismatch = ({ source, stated, booked }: Mismatch, currency: string): Breach => {
  const text = (minor: bigint) => amountText(minor, currency);
  const id = stated?.id ?? source.split(':')[1] ?? source;
  if (!stated)
    return breach(
      `finance: the entry ${source} books ${text(booked ?? 0n)}, but nothing was shipped, ` +
        'returned or moved for it',
      id,
    );
  const { what, amount } = stated;
  const magnitude = kindOf(source) === 'return' ? -1n : 1n;
  const said = `${what} ${text(magnitude * amount)}`;
  if (booked === undefined) return breach(`${said}, but the ledger has no entry ${source}`, id);
  return breach(`${said}, but the entry ${source} books ${text(magnitude * booked)}`, id);
};

/** All entries are read once, beside orders, returns and events of stock. */
export async function* bookedSums(session: Session): AsyncIterable<Breach> {
  if (!hosts(session, 'finance')) return;
  const { port, context } = session;
  const { currency } = await port(Ledger).trialBalance({}, context());
  const control = await controlAccounts(session);
  const sums: Sums = { stated: 0n, writtenOff: 0n };
  const statements: Statements = {
    ...(hosts(session, 'orders') && {
      sale: shippedOrders(session, sums),
      return: receivedReturns(session, sums),
    }),
    ...(hosts(session, 'wms') && { wms: valuedMovements(session) }),
  };
  const strangers: Breach[] = [];
  const entries = entriesByKind(session, control, sums, (found) => strangers.push(found));
  for await (const found of mismatches(statements, entries)) {
    yield toldMismatch(found, currency);
    yield* strangers.splice(0);
  }
  yield* strangers;
  if (!hosts(session, 'orders') || control.receivable === undefined) return;
  const stands = await balanceOf(session, control.receivable);
  const expected = sums.stated + sums.writtenOff;
  if (stands !== expected)
    yield breach(
      `finance: account ${control.receivable} (receivable) stands at ` +
        `${amountText(stands, currency)}, ` +
        `but shipped orders less returns and write-offs come to ${amountText(expected, currency)}`,
    );
}

/** Net of an account by the trial balance. */
export async function balanceOf({ port, context }: Session, account: string): Promise<bigint> {
  const lines = paged(async (after: string | undefined) => {
    const page = await port(Ledger).trialBalance({ after }, context());
    return { items: page.lines, next: page.next };
  });
  for await (const line of lines) if (line.account === account) return line.debit - line.credit;
  return 0n;
}

/** Numbers that the owners have published so far: where they stand still, nothing is under way. */
export async function publishedSoFar({ domains, port, context }: Session): Promise<string> {
  const lags = await Promise.all(
    domains.map((domain) => port(keepingOf(domain)).lag({}, context())),
  );
  return lags.map(({ published, waiting }) => `${published}+${waiting}`).join(' ');
}
