/** What the books must say after a retail file, worked out from its rows alone: docs/retail.md read
 * as arithmetic, with no code of the product. */
import { parse } from 'csv-parse/sync';

type Kind = 'sale' | 'return' | 'loss';
interface Line {
  readonly invoice: string;
  readonly kind: Kind;
  readonly code: string;
  readonly customer: string;
  readonly quantity: bigint;
  /** Millionths of a pound. */
  readonly price: bigint;
  readonly account: string;
}
interface Document {
  readonly at: string;
  readonly number: string;
  readonly kind: Kind;
  readonly lines: Line[];
}
const charges: Readonly<Record<string, string>> = {
  POST: '4200', DOT: '4200', C2: '4200', M: '4300', D: '4400', S: '5300',
  'BANK CHARGES': '5400', AMAZONFEE: '5500', CRUK: '5600', PADS: '4500',
}; // prettier-ignore
const goods = '4100';
const micro = 1_000_000n;

/** Quotient of integers, half away from zero. */
const share = (dividend: bigint, divisor: bigint): bigint => {
  const sign = dividend < 0n !== divisor < 0n ? -1n : 1n;
  const [over, under] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  return sign * ((2n * over + under) / (2n * under));
};
const pence = (millionths: bigint) => share(millionths, 10_000n);
const microOf = (price: string): bigint => {
  const [pounds = '', decimals = ''] = price.replace('-', '').split('.');
  return BigInt(pounds + decimals.padEnd(6, '0')) * (price.startsWith('-') ? -1n : 1n);
};

/** Documents of the file in its order: neighbouring rows of one invoice and one kind. */
function documentsOf(csv: string): Document[] {
  const documents: Document[] = [];
  let last = '';
  let own: Partial<Record<Kind, Document>> = {};
  const times = new Map<string, number>();
  for (const [invoice = '', code = '', , quantity = '', at = '', price = '', customer = ''] of parse(csv).slice(1)) {
    if (invoice !== last) {
      own = {};
      times.set(invoice, (times.get(invoice) ?? 0) + 1);
    }
    last = invoice;
    const time = times.get(invoice) ?? 1;
    const name = time === 1 ? invoice : `${invoice}/${time}`;
    const account = charges[code.toUpperCase()] ?? (/^gift_/i.test(code) ? '2300' : goods);
    const isLoss = !/^C/.test(invoice) && microOf(price) === 0n;
    const kind = !quantity.startsWith('-') ? 'sale' : isLoss ? 'loss' : 'return';
    let document = own[kind];
    if (!document) {
      document = { at, number: kind === 'loss' ? `WO-${name}` : name, kind, lines: [] };
      documents.push((own[kind] = document));
    }
    const moved = BigInt(quantity.replace('-', ''));
    document.lines.push({ invoice: name, kind, code, customer, quantity: moved, price: microOf(price), account });
  }
  return documents;
} // prettier-ignore

/** A return is one line for each sale that it takes back from, the latest first. */
function split(documents: readonly Document[]): Document[] {
  const open: (Line & { left: bigint })[] = [];
  const byKey = new Map<string, typeof open>();
  return documents.map((document) => {
    const lines: Line[] = [];
    for (const line of document.lines) {
      const key = [line.customer, line.code, line.price].join();
      const sales = byKey.get(key) ?? [];
      byKey.set(key, sales);
      if (line.kind === 'sale' && line.customer) sales.unshift({ ...line, left: line.quantity });
      let left = line.quantity;
      if (line.kind === 'return')
        for (const sale of sales) {
          const taken = sale.left < left ? sale.left : left;
          if (taken > 0n) lines.push({ ...line, quantity: taken });
          sale.left -= taken;
          left -= taken;
        }
      if (left > 0n) lines.push({ ...line, quantity: left });
    }
    return { ...document, lines };
  });
}

/** Unit cost by item: 60 % of the median price of its sales, the lower of two middles. */
function costsOf(documents: readonly Document[]): Map<string, bigint> {
  const sales = documents
    .flatMap(({ lines }) => lines)
    .filter(({ kind, price }) => kind === 'sale' && price > 0n);
  const costs = new Map<string, bigint>();
  for (const [code, same] of Map.groupBy(sales, (line) => line.code)) {
    const prices = same.map(({ price }) => price).toSorted((a, b) => (a < b ? -1 : 1));
    costs.set(code, share((prices[(prices.length - 1) >> 1] ?? 0n) * 600_000n, micro));
  }
  return costs;
}

export interface ExpectedBooks {
  /** Pence by account, debit above zero; accounts that come to nothing are left out. */
  readonly accounts: Record<string, bigint>;
  /** Whole units by item, those that come to nothing included. */
  readonly onHand: ReadonlyMap<string, bigint>;
}

/** Walks each item through its movements in the order of (time, document, line), at
 * moving average. */
function moveStock(
  documents: readonly Document[],
  post: (account: string, amount: bigint) => void,
) {
  const costs = costsOf(documents);
  const level = new Map<string, bigint>();
  const least = new Map<string, bigint>();
  const walked = documents.flatMap(({ lines }) => lines).filter(({ account }) => account === goods);
  for (const { code, kind, quantity } of walked) {
    const now = (level.get(code) ?? 0n) + (kind === 'return' ? quantity : -quantity);
    level.set(code, now);
    if (now < (least.get(code) ?? 0n)) least.set(code, now);
  }
  const stock = new Map<string, { onHand: bigint; value: bigint; lastCost: bigint }>();
  for (const code of level.keys()) {
    const onHand = -(least.get(code) ?? 0n);
    const value = pence(onHand * (costs.get(code) ?? 0n));
    // what a unit cost is known from the value received, which is whole pence
    const lastCost = onHand > 0n ? share(value * 10_000n, onHand) : 0n;
    stock.set(code, { onHand, value, lastCost });
    post('1300', value);
    post('3100', -value);
  }
  const inOrder = split(documents).toSorted((a, b) =>
    a.at !== b.at ? (a.at < b.at ? -1 : 1) : a.number < b.number ? -1 : 1,
  );
  for (const { kind, lines } of inOrder)
    for (const { code, quantity, account } of lines) {
      const here = stock.get(code);
      if (account !== goods || !here) continue;
      const moved = kind === 'return' ? quantity : -quantity;
      const value =
        here.onHand > 0n ? share(here.value * moved, here.onHand) : pence(moved * here.lastCost);
      here.onHand += moved;
      here.value += value;
      post('1300', value);
      post(kind === 'loss' ? '5200' : '5100', -value);
    }
  return stock;
}

export function independentBooks(csv: string): ExpectedBooks {
  const documents = documentsOf(csv);
  const accounts = new Map<string, bigint>();
  const post = (account: string, amount: bigint) =>
    accounts.set(account, (accounts.get(account) ?? 0n) + amount);
  for (const { kind, lines } of documents) {
    if (kind === 'loss') continue;
    const sign = kind === 'sale' ? 1n : -1n;
    const worth = (some: readonly Line[]) =>
      some.reduce((sum, line) => sum + line.quantity * line.price, 0n);
    const total = pence(worth(lines));
    let left = total;
    post('1200', sign * total);
    for (const [account, same] of Map.groupBy(lines, (line) => line.account)) {
      const part = pence(worth(same));
      left -= part;
      post(kind === 'return' && account === goods ? '4150' : account, -sign * part);
    }
    post('5900', -sign * left);
  }
  const stock = moveStock(documents, post);
  const worthNaming = [...accounts].filter(([, amount]) => amount !== 0n);
  const sorted = worthNaming.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    accounts: Object.fromEntries(sorted),
    onHand: new Map([...stock].map(([code, { onHand }]) => [code, onHand])),
  };
}
