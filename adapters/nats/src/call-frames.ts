/** Frames: calls of one moment to one subject travel in one message, and so do the answers that are
 * ready at one moment. Nothing is believed about what arrives. */
import { isUtf8 } from 'node:buffer';
import { faults, type TravellingContext, type Wire, type WireError } from '@morrow/contract';
import type { Json } from '@morrow/kernel';

/** Calls of one frame at most: a frame is answered by one process, so that more would keep the
 * others of its queue group from their share. */
export const frameCallsMax = 8;
/** Bytes of a frame of several calls at most, or of several answers. */
export const frameBytesMax = 64 * 1024;

/** A call as text, ready to be put in a frame. */
export const callText = (input: unknown, context: TravellingContext): string =>
  `{"input":${JSON.stringify(input) ?? 'null'},"context":${JSON.stringify(context)}`;

/** One call of a frame. The claim stands in the frame once for all calls that carry it. */
export interface FramedCall {
  readonly text: string;
  readonly claim: string | undefined;
}
export function callFrame(calls: readonly FramedCall[]): string {
  const claims: string[] = [];
  const texts = calls.map(({ text, claim }) => {
    if (claim === undefined) return `${text}}`;
    let at = claims.indexOf(claim);
    if (at < 0) at = claims.push(claim) - 1;
    return `${text},"claim":${at}}`;
  });
  return `{"claims":${JSON.stringify(claims)},"calls":[${texts.join(',')}]}`;
}

/** A call that arrived: its parts are of any type. */
export interface ArrivedFrameCall {
  readonly input: unknown;
  readonly context: unknown;
  readonly token: unknown;
}
/** The value of JSON in UTF-8; undefined for other bytes, and for the text `undefined`. */
export function jsonIn(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined;
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}
const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** Undefined for what is no frame of calls. */
export function callsIn(body: Buffer): readonly ArrivedFrameCall[] | undefined {
  const { claims, calls } = fieldsOf(jsonIn(body));
  if (!Array.isArray(claims) || !Array.isArray(calls)) return undefined;
  if (!calls.length || calls.length > frameCallsMax) return undefined;
  return calls.map((call: unknown) => {
    const { input, context, claim } = fieldsOf(call);
    const token: unknown = claim === undefined ? undefined : (claims[Number(claim)] ?? null);
    return { input, context, token };
  });
}

/** The answer of the call that stands at `at` in its frame. */
export interface FramedAnswer {
  readonly at: number;
  readonly wire: Wire;
}
export const answerText = (at: number, wire: Wire): string => `[${at},${JSON.stringify(wire)}]`;
export const answerFrame = (texts: readonly string[]): string => `[${texts.join(',')}]`;

const isFault = (fault: unknown): fault is WireError['fault'] =>
  (faults as readonly unknown[]).includes(fault);

/** An answer that cannot be read is no sign that nothing ran. */
const unreadable: Wire = {
  error: {
    code: 'defect',
    fault: 'defect',
    data: {},
    sentence: 'The answer cannot be read; the call may have run.',
  },
};
function wireOf(value: unknown): Wire {
  const fields = fieldsOf(value);
  if (Object.hasOwn(fields, 'ok')) return { ok: fields['ok'] as Json };
  const { code, fault, data, sentence } = fieldsOf(fields['error']);
  if (typeof code !== 'string' || !isFault(fault)) return unreadable;
  if (sentence !== undefined && typeof sentence !== 'string') return unreadable;
  return { error: { code, fault, data: (data ?? null) as Json, sentence } };
}

/** Undefined for what is no frame of answers. */
export function answersIn(body: Buffer): readonly FramedAnswer[] | undefined {
  const list = jsonIn(body);
  if (!Array.isArray(list)) return undefined;
  const answers: FramedAnswer[] = [];
  for (const each of list as unknown[]) {
    const [at, value]: unknown[] = Array.isArray(each) ? each : [];
    if (typeof at !== 'number') return undefined;
    answers.push({ at, wire: wireOf(value) });
  }
  return answers;
}
