/** Inputs as the API document shows them where the schema alone does not lead to a plausible one:
 * sent in the order of the document, they tell the first day of a shop. */
import type { JsonSchema } from './shared-schemas.ts';

const customer = 'C-17850';
const warehouse = 'MAIN';
const item = '85123A';
const line = { item, quantity: '6', price: '2.55' };
const order = {
  number: 'SO-1001',
  customer,
  currency: 'GBP',
  warehouse,
  placedAt: '2026-03-02T09:30:00.000Z',
};
const document = { warehouse, currency: 'GBP', effectiveAt: '2026-03-02T09:00:00.000Z' };
const charges = { date: '2026-03-02', currency: 'GBP', memo: 'Bank charges of February' };
const chargeLines = [
  { account: '5400', amount: '1250' },
  { account: '1100', amount: '-1250' },
];

const workflow = `form: morrow.workflow/1
name: shipAtOnce
version: 1
summary: Ships an order as soon as it is reserved
trigger:
  event: orders.orderReserved
  key: trigger.data.orderId
steps:
  ship:
    call: orders.ship
    input:
      orderId: =trigger.data.orderId
`;
/** Base64url of text in ASCII (RFC 4648 §5), without padding. */
const encoded = (text: string): string =>
  btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const published = { name: 'shipAtOnce', version: 1 };

const examples: Readonly<Record<string, JsonSchema>> = {
  'companies.setUp': { name: 'Rose and Daughters Ltd', currency: 'GBP' },
  'parties.upsertMany': {
    parties: [
      { code: customer, name: 'Ada Lovelace', role: 'customer', country: 'United Kingdom' },
    ],
  },
  'parties.get': { code: customer },
  'parties.getMany': { codes: [customer] },
  'warehouses.open': { code: warehouse, name: 'Main warehouse' },
  'warehouses.get': { code: warehouse },
  'orders.place': { ...order, lines: [line] },
  'orders.placeMany': {
    orders: [{ ...order, number: 'SO-1002' }],
    lines: [{ order: 0, ...line }],
  },
  'orders.list': { limit: 50, state: 'reserved' },
  'stock.receive': {
    number: 'GR-1001',
    ...document,
    lines: [{ item, quantity: '144', cost: '1.5' }],
  },
  'stock.adjust': {
    number: 'ADJ-1001',
    ...document,
    effectiveAt: '2026-03-02T17:00:00.000Z',
    reason: 'Damaged',
    lines: [{ item, quantity: '-1' }],
  },
  'stock.reserve': { number: 'RES-1001', warehouse, lines: [{ item, quantity: '2' }] },
  'stock.getDocument': { kind: 'receipt', number: 'GR-1001' },
  'stock.getReservation': { number: 'RES-1001' },
  'ledger.openAccount': {
    code: '5310',
    name: 'Rent',
    kind: 'expense',
    isPostable: true,
  },
  'ledger.post': { source: 'bank:2026-02', ...charges, lines: chargeLines },
  'ledger.postMany': {
    entries: [{ source: 'bank:2026-01', ...charges, memo: 'Bank charges of January' }],
    lines: chargeLines.map((each) => ({ entry: 0, ...each })),
  },
  'ledger.lockPeriod': { period: '2026-01' },
  'ledger.unlockPeriod': { period: '2026-01' },
  'ledger.generalLedger': { account: '1100', limit: 50 },
  'workflows.lint': { text: encoded(workflow) },
  'workflows.publish': { text: encoded(workflow) },
  'workflows.show': published,
  'workflows.diff': { name: published.name, from: 1, to: 1 },
  'workflows.pause': published,
  'workflows.resume': published,
  'workflows.retire': published,
  'workflows.list': { limit: 20 },
  'workflows.instances': { limit: 50 },
};

/** The fields that the example of an operation has, by `protocol.operation`; empty where all of
 * them follow from its schema. Each domain has a keeping protocol, and all show the same. */
export function shownFields(protocol: string, operation: string): JsonSchema {
  const fields = examples[`${protocol}.${operation}`];
  if (fields) return fields;
  return protocol.endsWith('-keeping') && operation === 'openTenant' ? { name: 'acme' } : {};
}
