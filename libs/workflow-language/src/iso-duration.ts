/** Durations of ISO 8601 as milliseconds; months and years differ in length and are refused. */
import { parse } from 'iso8601-duration';

const days = '(?:\\d{1,5}W)?(?:\\d{1,5}D)?';
const time = '(?:\\d{1,6}H)?(?:\\d{1,7}M)?(?:\\d{1,9}(?:\\.\\d{1,3})?S)?';
/** Weeks, days, hours, minutes and seconds: `P2D`, `PT1H30M`, `PT0.5S`. */
export const durationPattern = new RegExp(`^P(?=.)${days}(?:T(?=\\d)${time})?$`);

const secondMs = 1000;
const dayMs = 86_400 * secondMs;
/** Ten years of 365 days. */
const durationMsMax = 3650 * dayMs;

/** Why the text is no duration that a workflow may have; undefined where it is one. */
export function durationFault(text: string): string | undefined {
  if (/^P[^T]*\d[YM]/.test(text))
    return 'Months and years differ in length: count in weeks, days, hours, minutes or seconds.';
  if (!durationPattern.test(text))
    return 'This is no duration of ISO 8601, such as P2D, PT1H30M or PT10S.';
  const ms = sumMs(text);
  if (ms <= 0) return 'A duration is longer than nothing.';
  return ms > durationMsMax ? 'A duration is at most ten years, P3650D.' : undefined;
}

/** Milliseconds of a duration without fault; a RangeError for any other text. */
export function durationMs(text: string): number {
  const fault = durationFault(text);
  if (fault) throw new RangeError(`${text}: ${fault}`);
  return sumMs(text);
}

function sumMs(text: string): number {
  const { weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0 } = parse(text);
  const rest = hours * 3600 + minutes * 60 + seconds;
  return (weeks * 7 + days) * dayMs + Math.round(rest * secondMs);
}
