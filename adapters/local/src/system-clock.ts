/** The clock and the identifiers of a running process, and traces for calls that begin here. */
import { randomFillSync } from 'node:crypto';
import { uuidv7, type Clock, type Ids } from '@morrow/kernel';

export const systemClock: Clock = { now: () => new Date() };

const blockBytes = 10 * 256;
const block = new Uint8Array(blockBytes);
let at = blockBytes;
let lastMs = 0;
let counter = 0;

/** UUIDv7 in rising order within the process: those of one millisecond count up in their first
 * twelve random bits (RFC 9562 §6.2, method 1). */
export const systemIds: Ids = {
  next() {
    if (at >= blockBytes) {
      randomFillSync(block);
      at = 0;
    }
    const random = block.subarray(at, (at += 10));
    const now = Date.now();
    if (now > lastMs) {
      lastMs = now;
      counter = (((random[0] ?? 0) & 0x03) << 8) | (random[1] ?? 0);
    } else if (++counter > 0xfff) {
      lastMs++;
      counter = 0;
    }
    random[0] = counter >> 8;
    random[1] = counter & 0xff;
    return uuidv7(lastMs, random);
  },
};

/** A W3C traceparent of a new trace. */
export function newTrace(): string {
  const bytes = randomFillSync(new Uint8Array(24));
  const hex = Buffer.from(bytes).toString('hex');
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
}
