/** The reservation: goods set aside for somebody, or an order that waits for them. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';

export interface ReservationFields extends JsonObject {
  readonly number: string;
  readonly warehouse: string;
  /** What is set aside, or wanted while it waits. */
  readonly lines: readonly JsonObject[];
  /** Day by which the goods were promised, of one that waits or has waited. */
  readonly promisedOn: string | null;
  /** When that order was placed. */
  readonly since: string | null;
}

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

export const reservation = defineDocument<ReservationFields>({
  name: 'reservation',
  label: 'Reservation',
  scope: 'organization',
  numberField: 'number',
  lifecycles: [unqueued, queued],
  fields: {
    number: { kind: 'text', label: 'Number', unique: true },
    warehouse: { kind: 'text', label: 'Warehouse' },
    lines: { kind: 'table', label: 'Lines' },
    promisedOn: { kind: 'date', label: 'Promised on', optional: true },
    since: { kind: 'instant', label: 'Placed at', optional: true },
  },
  evolve(fields, { type, data }) {
    const { promisedOn = null, since = null, warehouse = '' } = fields ?? {};
    const { number } = data;
    switch (type) {
      case 'stockReserved': {
        const { warehouse: at, lines } = data;
        return { number, warehouse: at, lines, promisedOn, since } as ReservationFields;
      }
      case 'stockRefused': {
        const { warehouse: at } = data;
        return {
          number,
          warehouse: at,
          lines: [],
          promisedOn,
          since,
        } as unknown as ReservationFields;
      }
      case 'reservationWanted': {
        const { warehouse: at, lines, promisedOn: promised = null, since: placedAt } = data;
        const wanted = { number, warehouse: at, lines, promisedOn: promised, since: placedAt };
        return wanted as ReservationFields;
      }
      default:
        return (fields ?? { number, warehouse, lines: [], promisedOn, since }) as ReservationFields;
    }
  },
});
