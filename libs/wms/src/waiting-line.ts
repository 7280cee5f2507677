/** The order of service: by promised day, none being the last, then by when the order was placed,
 * then by number. It is kept as one text, which sorts so. */
import { calendarDate, type CalendarDate } from '@morrow/kernel';
import type { WaitingRow } from '@morrow/stock-keeper';

/** Sorts after every day. */
const noDay = '~';

export interface Service {
  readonly promisedOn?: CalendarDate | undefined;
  readonly since: Date;
  readonly number: string;
}
export const rankOf = ({ promisedOn, since, number }: Service): string =>
  `${promisedOn ?? noDay}|${since.toISOString()}|${number}`;
export function serviceOf(rank: string): Service {
  const [day = noDay, since = '', ...number] = rank.split('|');
  const placed = { since: new Date(since), number: number.join('|') };
  return day === noDay ? placed : { ...placed, promisedOn: calendarDate(day) };
}
/** Whether a text that comes back from a caller is such a rank. */
export const isRank = (text: string): boolean =>
  /^(~|\d{4}-\d\d-\d\d)\|\d{4}-\d\d-\d\dT[\d:.]{8,12}Z\|.+$/.test(text);
/** Rows for what a reservation wants: one for each item. */
export function waitingRows(
  reservation: string,
  service: Service,
  warehouse: string,
  lines: readonly { readonly item: string; readonly quantity: bigint }[],
): WaitingRow[] {
  const rank = rankOf(service);
  const wanted = new Map<string, bigint>();
  for (const { item, quantity } of lines) wanted.set(item, (wanted.get(item) ?? 0n) + quantity);
  return [...wanted].map(([item, quantity]) => ({ reservation, warehouse, item, rank, quantity }));
}
