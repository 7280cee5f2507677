/** One hash over what the story decides, so that two runs of it can be compared, also in two modes:
 * every order, the goods of every item in all warehouses, what customers owe and what was sold. */
import { createHash } from 'node:crypto';
import { canonicalJson, type JsonObject } from '@morrow/kernel';
import { keepingOf, type Keeping } from '@morrow/protocol-keeping';
import type { Session } from './running-copy.ts';
import { wholeChart, wholeTrialBalance } from './whole-ledger.ts';

/** Of orders that are under way at once the first takes the nearest goods, and the odd penny of
 * their cost: from where one leaves, when, and at which cost is another in each run. */
const decidedByChance: ReadonlySet<string> = new Set(['allocations', 'shippedAt', 'warehouse']);
const costRoles: ReadonlySet<string | undefined> = new Set(['inventory', 'costOfGoodsSold']);

type Answer = Awaited<ReturnType<Keeping['digestLines']>>;

/** Lines of `morrow digest` of a domain. */
async function linesOf({ port, context }: Session, domain: string): Promise<readonly string[]> {
  const all: string[] = [];
  for (let after: string | undefined = ''; after !== undefined;) {
    const answer: Answer = await port(keepingOf(domain)).digestLines({ page: 0, after }, context());
    const text = Buffer.from(answer.lines, 'base64url').toString();
    if (text) all.push(...text.split('\n'));
    after = answer.next;
  }
  return all.sort();
}

export function orderLine(line: string): string {
  const at = line.indexOf('{');
  const fields = Object.entries(JSON.parse(line.slice(at)) as JsonObject);
  const decided = fields.filter(([name]) => !decidedByChance.has(name));
  return `${line.slice(0, at)}${canonicalJson(Object.fromEntries(decided))}`;
}

/** `item quantity` in all warehouses together, of lines `stock WAREHOUSE ITEM QUANTITY ...`. */
export function goodsLines(lines: readonly string[]): readonly string[] {
  const goods = new Map<string, bigint>();
  for (const [kind, , item = '', quantity = '0'] of lines.map((line) => line.split(' ')))
    if (kind === 'stock') goods.set(item, (goods.get(item) ?? 0n) + BigInt(quantity));
  return [...goods].map(([item, quantity]) => `${item} ${quantity}`);
}

/** In hexadecimal. */
export async function digestOf(session: Session): Promise<string> {
  const orders = (await linesOf(session, 'orders'))
    .filter((line) => line.startsWith('document salesOrder '))
    .map(orderLine);
  const goods = goodsLines(await linesOf(session, 'wms'));
  const accounts = await wholeChart(session);
  const costs = new Set(accounts.filter(({ role }) => costRoles.has(role)).map(({ code }) => code));
  const { lines } = await wholeTrialBalance(session);
  const sales = lines
    .filter(({ account }) => !costs.has(account))
    .map(({ account, debit, credit }) => `${account} ${debit - credit}`);
  const parts = [orders, goods, sales].map((part) => part.toSorted().join('\n'));
  return createHash('sha256').update(parts.join('\n\n')).digest('hex');
}
