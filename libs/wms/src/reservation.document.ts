/** The reservation: goods set aside for somebody, or an order that waits for them. */
import { defineRecord, documentOf, fields, type FieldsOf } from '@morrow/contract';
import type { DocumentRow } from '@morrow/document-keeper';
import { defineLifecycle } from '@morrow/kernel';
import { stockLinesMax, Stock, StockLine } from '@morrow/protocol-stock';

/** A reservation of release 0.1: one that was refused stays so. */
const unqueued = defineLifecycle({
  id: 'reservation',
  version: 1,
  states: ['reserved', 'refused', 'released', 'fulfilled'],
  transitions: [
    { on: 'stockReserved', from: [], to: 'reserved' },
    { on: 'stockRefused', from: [], to: 'refused' },
    { on: 'reservationReleased', from: ['reserved'], to: 'released' },
    { on: 'reservationFulfilled', from: ['reserved'], to: 'fulfilled' },
  ],
});
/** One that was refused waits, until it is served or not wanted any longer. */
export const queued = defineLifecycle({
  id: 'reservation',
  version: 2,
  states: ['reserved', 'refused', 'waiting', 'released', 'fulfilled', 'withdrawn'],
  transitions: [
    { on: 'stockReserved', from: [], to: 'reserved' },
    { on: 'stockRefused', from: [], to: 'refused' },
    { on: 'reservationWanted', from: ['refused'], to: 'waiting' },
    { on: 'stockReserved', from: ['waiting'], to: 'reserved' },
    { on: 'reservationReleased', from: ['reserved'], to: 'released' },
    { on: 'reservationFulfilled', from: ['reserved'], to: 'fulfilled' },
    // an order may be cancelled before anybody heard that it was placed
    { on: 'reservationWithdrawn', from: [], to: 'withdrawn' },
    { on: 'reservationWithdrawn', from: ['waiting'], to: 'withdrawn' },
  ],
});

const Reservation = defineRecord({
  name: 'reservation',
  owner: 'wms',
  title: { one: 'Reservation', many: 'Reservations' },
  known: { by: 'number' },
  scope: 'organization',
  fields: {
    number: fields.code({ max: 48, label: 'Number', unique: true, once: true }),
    /** Empty where an order was cancelled before anybody heard that it was placed. */
    warehouse: fields.text({ max: 16, label: 'Warehouse' }),
    /** What is set aside, or wanted while it waits. */
    lines: fields.table({ of: StockLine, max: stockLinesMax, label: 'Lines' }),
    /** Day by which the goods were promised, of one that waits or has waited. */
    promisedOn: fields.date({ label: 'Promised on', optional: true }),
    /** When that order was placed. */
    since: fields.instant({ label: 'Placed at', optional: true }),
  },
  states: {
    reserved: 'Reserved',
    refused: 'Refused',
    waiting: 'Waiting',
    released: 'Released',
    fulfilled: 'Fulfilled',
    withdrawn: 'Withdrawn',
  },
});

export const reservation = documentOf(Reservation, {
  events: Stock,
  lifecycles: [unqueued, queued],
  evolve(held, { type, data }) {
    const before = held ?? { warehouse: '', lines: [], promisedOn: null, since: null };
    switch (type) {
      case 'stockReserved': {
        const { number, warehouse, lines } = data;
        return { ...before, number, warehouse, lines };
      }
      case 'stockRefused': {
        const { number, warehouse } = data;
        return { ...before, number, warehouse, lines: [] };
      }
      case 'reservationWanted': {
        const { number, warehouse, lines, promisedOn = null, since } = data;
        return { number, warehouse, lines, promisedOn, since };
      }
      case 'reservationReleased':
      case 'reservationFulfilled':
      case 'reservationWithdrawn':
        return { number: data.number, ...before };
      default:
        throw new TypeError(`${type} is no event of a reservation`);
    }
  },
});
export type ReservationRow = DocumentRow<FieldsOf<typeof reservation>>;
