/** The seal of a message between processes: an HMAC (RFC 2104, SHA-256) under the key of the
 * installation over what the message is, where it goes, when it was sent, and its bytes. */
import {
  createHmac,
  hkdfSync,
  createSecretKey,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';

/** A call is answered at its reply subject; events and pings are answered by nobody. */
export type MessageKind = 'call' | 'answer' | 'events' | 'ping';

/** Why a message was not taken. */
export type DropReason = 'unsealed' | 'stale' | 'malformed';

export type DropCounts = Readonly<Record<DropReason, number>>;

/** A message is taken for this long after it was sent, and where the sender's clock is ahead by no
 * more: clocks of an installation may differ by half a minute. */
export const sealLifeMs = 30_000;

/** Where a message goes. `reply` is empty where no answer is asked for. */
export interface Address {
  readonly kind: MessageKind;
  readonly subject: string;
  readonly reply: string;
}
export interface MessageSeal {
  /** The bytes to publish. */
  close(address: Address, body: string): Buffer;
  /** The body of what arrived, or why it is not taken. */
  open(address: Address, payload: Uint8Array): Buffer | DropReason;
}

const keyBytes = 32;
const macBytes = 32;
/** The moment of sending, as a double in big-endian order. */
const timeBytes = 8;
/** Bytes that a seal adds to a body. */
export const sealBytes = macBytes + timeBytes;

/** A message key derived from another secret of the installation (HKDF, RFC 5869). */
export const messageKeyFrom = (secret: Uint8Array): KeyObject =>
  createSecretKey(
    Buffer.from(hkdfSync('sha256', secret, 'morrow', 'messages between processes/1', keyBytes)),
  );

/** Message keys with commas between, each 32 bytes or more in base64; throws where one is not. */
export const messageKeysOf = (text: string): readonly KeyObject[] =>
  text.split(',').map((part) => {
    const bytes = Buffer.from(part.trim(), 'base64');
    if (bytes.length < keyBytes || !/^[\w+/-]+={0,2}$/.test(part.trim()))
      throw new TypeError('A message key is 32 bytes or more in base64.');
    return createSecretKey(bytes);
  });

/** Subjects hold neither spaces nor line ends, so that no two addresses read the same. */
const labelOf = ({ kind, subject, reply }: Address) => `morrow/1 ${kind} ${subject} ${reply}\n`;

const macOf = (key: KeyObject, label: string, bytes: Uint8Array): Buffer =>
  createHmac('sha256', key).update(label).update(bytes).digest();

/** Seals under the first key, and opens what any of them sealed, so that a key can be changed
 * process by process. */
export function messageSeal(keys: readonly KeyObject[], now = Date.now): MessageSeal {
  const [signing] = keys;
  if (!signing) throw new TypeError('There is no key to seal messages with.');
  return {
    close(address, body) {
      const sealed = Buffer.allocUnsafe(sealBytes + Buffer.byteLength(body));
      sealed.writeDoubleBE(now(), macBytes);
      sealed.write(body, sealBytes);
      macOf(signing, labelOf(address), sealed.subarray(macBytes)).copy(sealed);
      return sealed;
    },
    open(address, payload) {
      if (payload.byteLength < sealBytes) return 'unsealed';
      const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
      const label = labelOf(address);
      const mac = bytes.subarray(0, macBytes);
      const covered = bytes.subarray(macBytes);
      if (!keys.some((key) => timingSafeEqual(macOf(key, label, covered), mac))) return 'unsealed';
      const ageMs = now() - bytes.readDoubleBE(macBytes);
      return Math.abs(ageMs) <= sealLifeMs ? bytes.subarray(sealBytes) : 'stale';
    },
  };
}
