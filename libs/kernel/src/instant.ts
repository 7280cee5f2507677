/** Moments and calendar dates; the clock itself is a port. */

/** A moment from year 1 to 9999, with milliseconds. Never mutated. */
export type Instant = Date;

/** A day of the calendar, `YYYY-MM-DD`, of the company's own time zone. */
export type CalendarDate = string & { readonly __calendarDate: true };
/** A month of the calendar, `YYYY-MM`: the accounting period. */
export type CalendarMonth = string & { readonly __calendarMonth: true };

/** Where the time comes from; a test gives a fixed one. */
export interface Clock {
  now(): Instant;
}

/** By how much the clocks of two machines may differ. */
export const clockToleranceMs = 5 * 60_000;
/** Whether a moment lies ahead of now by more than clocks differ: it cannot have happened yet. */
export const isInFuture = (at: Instant, now: Instant): boolean =>
  at.getTime() - now.getTime() > clockToleranceMs;

/** Whether the text is a day that exists. */
export function isCalendarDate(text: string): text is CalendarDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text;
}
/** The day, or a RangeError that names what was given. */
export function calendarDate(text: string): CalendarDate {
  if (!isCalendarDate(text)) throw new RangeError(`Not a day of the calendar: ${text}`);
  return text;
}
/** The UTC day of a moment. */
export const dateOf = (at: Instant): CalendarDate => at.toISOString().slice(0, 10) as CalendarDate;
export const monthOf = (date: CalendarDate): CalendarMonth => date.slice(0, 7) as CalendarMonth;
/** Whether the text is a month of the years 1900 to 9999, `YYYY-MM`. */
export const isCalendarMonth = (text: string): text is CalendarMonth =>
  /^(?:19|[2-9]\d)\d{2}-(?:0[1-9]|1[0-2])$/.test(text);
