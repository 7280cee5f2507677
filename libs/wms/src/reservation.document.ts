/** The reservation: goods set aside for somebody, or refused for want of stock. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';

export interface ReservationFields extends JsonObject {
  readonly number: string;
  readonly warehouse: string;
  readonly lines: readonly JsonObject[];
}

export const reservation = defineDocument<ReservationFields>({
  name: 'reservation',
  label: 'Reservation',
  scope: 'organization',
  numberField: 'number',
  lifecycles: [
    defineLifecycle({
      id: 'reservation',
      version: 1,
      states: ['reserved', 'refused', 'released', 'fulfilled'],
      transitions: [
        { on: 'stockReserved', from: [], to: 'reserved' },
        { on: 'stockRefused', from: [], to: 'refused' },
        { on: 'reservationReleased', from: ['reserved'], to: 'released' },
        { on: 'reservationFulfilled', from: ['reserved'], to: 'fulfilled' },
      ],
    }),
  ],
  fields: {
    number: { kind: 'text', label: 'Number', unique: true },
    warehouse: { kind: 'text', label: 'Warehouse' },
    lines: { kind: 'table', label: 'Lines' },
  },
  evolve(fields, { type, data }) {
    const { number, warehouse } = data;
    if (type === 'stockReserved')
      return { number, warehouse, lines: data['lines'] } as ReservationFields;
    if (type === 'stockRefused')
      return { number, warehouse, lines: [] } as unknown as ReservationFields;
    return fields as ReservationFields;
  },
});
