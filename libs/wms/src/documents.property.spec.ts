/** Laws of the documents of wms, and the ways that a reservation takes. */
import { documentSuite } from '@morrow/contract/suite';
import { allows, eventOf, NotInState, transitionOf } from '@morrow/document-keeper';
import { calendarDate, parseQuantity, type Id } from '@morrow/kernel';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { describe, expect, it } from 'vitest';
import { reservation } from './reservation.document.ts';
import { stockDocument } from './stock-document.document.ts';
import { warehouse } from './warehouse.document.ts';

documentSuite(reservation, Stock.spec);
documentSuite(stockDocument, Stock.spec);
documentSuite(warehouse, Warehouses.spec);

const id = '01900000-0000-7000-8000-000000000001';
const reservationId = id as Id<'reservation'>;
const number = 'order:1';
const reserved = eventOf(Stock, 'stockReserved', {
  reservationId,
  number,
  warehouse: 'MAIN',
  lines: [{ item: 'A', quantity: parseQuantity('2.5') }],
});
const refused = eventOf(Stock, 'stockRefused', {
  reservationId,
  number,
  item: 'A',
  warehouse: 'MAIN',
  requested: parseQuantity('2'),
  available: parseQuantity('1'),
});
const released = eventOf(Stock, 'reservationReleased', { reservationId, number });
const fulfilled = eventOf(Stock, 'reservationFulfilled', { reservationId, number });
const wanted = eventOf(Stock, 'reservationWanted', {
  reservationId,
  number,
  warehouse: 'MAIN',
  promisedOn: calendarDate('2026-03-09'),
  since: new Date('2026-03-02T10:00:00Z'),
  lines: [{ item: 'A', quantity: parseQuantity('2') }],
});
const withdrawn = eventOf(Stock, 'reservationWithdrawn', { reservationId, number });
const begunBy = (event: typeof reserved) => transitionOf(reservation, undefined, id, [event]).row;

describe('a reservation', () => {
  it('holds its lines, and keeps them when they have left', () => {
    const fields = { number, warehouse: 'MAIN', lines: [{ item: 'A', quantity: '2.5' }] };
    expect(begunBy(reserved)).toMatchObject({ state: 'reserved', fields });
    const left = transitionOf(reservation, begunBy(reserved), id, [fulfilled]).row;
    expect(left).toMatchObject({ state: 'fulfilled', version: 2, fields });
  });
  it('holds nothing where it was refused, and stays so', () => {
    const row = begunBy(refused);
    expect(row).toMatchObject({ state: 'refused', fields: { number, lines: [] } });
    expect(allows(reservation, row, { type: 'reservationReleased', data: {} })).toBe(false);
  });
  it('waits with what it wants, and holds it when it is served', () => {
    const waits = transitionOf(reservation, undefined, id, [refused, wanted]).row;
    const lines = [{ item: 'A', quantity: '2' }];
    const service = { promisedOn: '2026-03-09', since: '2026-03-02T10:00:00.000Z' };
    expect(waits).toMatchObject({ state: 'waiting', fields: { number, lines, ...service } });
    const served = transitionOf(reservation, waits, id, [reserved]).row;
    expect(served).toMatchObject({ state: 'reserved', fields: { ...service } });
    const gone = transitionOf(reservation, waits, id, [withdrawn]).row;
    expect(gone).toMatchObject({ state: 'withdrawn' });
    expect(allows(reservation, gone, reserved)).toBe(false);
  });
  it('of an order that was void before it was heard of, never waits', () => {
    const row = begunBy(withdrawn);
    expect(row).toMatchObject({ state: 'withdrawn', fields: { number, lines: [] } });
    expect(allows(reservation, row, reserved)).toBe(false);
  });
  it('ends once', () => {
    const end = () => transitionOf(reservation, begunBy(reserved), id, [released, fulfilled]);
    expect(end).toThrow(NotInState);
  });
});

describe('a stock document', () => {
  it('is known by kind and number, and keeps what moved but no value', () => {
    const issued = eventOf(Stock, 'stockIssued', {
      documentId: id as Id<'stockDocument'>,
      number: '536365',
      warehouse: 'MAIN',
      currency: 'GBP',
      effectiveAt: new Date('2010-12-01T08:26:00Z'),
      value: -1530n,
      cause: 'order:1',
      lines: [{ item: 'A', quantity: parseQuantity('-6'), value: -1530n }],
    });
    expect(transitionOf(stockDocument, undefined, id, [issued]).row.fields).toEqual({
      code: 'issue:536365',
      kind: 'issue',
      warehouse: 'MAIN',
      currency: 'GBP',
      effectiveAt: '2010-12-01T08:26:00.000Z',
      lines: [{ item: 'A', quantity: '-6' }],
    });
  });
});
