/** Calls that wait for their answers: those of one moment to one subject leave in one frame,
 * answers are found by frame and place, time-outs swept together. */
import { platformError, type Wire } from '@morrow/contract';
import {
  callFrame,
  frameBytesMax,
  frameCallsMax,
  type FramedAnswer,
  type FramedCall,
} from './call-frames.ts';

interface Waiting {
  readonly deadlineAt: number;
  readonly answer: (wire: Wire | undefined) => void;
  readonly fail: (error: Error) => void;
}
/** A frame that was sent, with those of its calls that are not answered yet. */
interface Sent {
  readonly subject: string;
  readonly waiting: (Waiting | undefined)[];
  open: number;
}
interface Batch {
  readonly subject: string;
  readonly calls: FramedCall[];
  readonly waiting: Waiting[];
  /** UTF-16 code units, which is close enough for a bound that is no promise. */
  length: number;
}
/** Publishes a frame under a name that no other frame of this link has. */
type SendFrame = (subject: string, frame: string, body: string) => void;

const late = () =>
  platformError('nats', 'timeout', 'The deadline has passed; the call may have run.');

export class CallsOnTheirWay {
  readonly #sendFrame: SendFrame;
  /** Batches that take more calls, by subject. */
  readonly #batches = new Map<string, Batch>();
  /** Batches that take no more. */
  #full: Batch[] = [];
  readonly #sent = new Map<string, Sent>();
  #next = 0;
  #isScheduled = false;

  constructor(sendFrame: SendFrame) {
    this.#sendFrame = sendFrame;
  }

  /** Resolves with undefined where nobody answers. */
  send(subject: string, call: FramedCall, deadlineAt: number): Promise<Wire | undefined> {
    return new Promise((answer, fail) => {
      const { length } = call.text;
      const known = this.#batches.get(subject);
      if (known && known.length + length > frameBytesMax) this.#fill(known);
      const batch = this.#batches.get(subject) ?? { subject, calls: [], waiting: [], length: 0 };
      batch.calls.push(call);
      batch.waiting.push({ deadlineAt, answer, fail });
      batch.length += length;
      this.#batches.set(subject, batch);
      if (batch.calls.length >= frameCallsMax) this.#fill(batch);
      this.#schedule();
    });
  }

  #fill(batch: Batch): void {
    this.#batches.delete(batch.subject);
    this.#full.push(batch);
  }

  /** After all that is ready to run now: callers that were answered together call together, and all
   * frames leave in one write. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(() => this.flush());
  }

  /** Sends what waits for others. */
  flush(): void {
    this.#isScheduled = false;
    const batches = [...this.#full, ...this.#batches.values()];
    this.#full = [];
    this.#batches.clear();
    for (const batch of batches) this.#sendBatch(batch);
  }

  #sendBatch({ subject, calls, waiting }: Batch): void {
    const frame = (this.#next++).toString(36);
    this.#sent.set(frame, { subject, waiting, open: waiting.length });
    try {
      this.#sendFrame(subject, frame, callFrame(calls));
    } catch (error) {
      this.#failAll(frame, error as Error);
    }
  }

  answer(frame: string, answers: readonly FramedAnswer[]): void {
    const sent = this.#sent.get(frame);
    if (!sent) return;
    for (const { at, wire } of answers) this.#take(frame, sent, at)?.answer(wire);
  }

  /** No process serves the subject of a frame: nothing was done. */
  nobody(frame: string): void {
    const sent = this.#sent.get(frame);
    this.#sent.delete(frame);
    for (const waiting of sent?.waiting ?? []) waiting?.answer(undefined);
  }

  /** The server does not let this process publish to a subject: nothing was done. */
  forbidden(subject: string): void {
    const sentence = `this process may not call ${subject}.`;
    for (const [frame, sent] of this.#sent)
      if (sent.subject === subject)
        this.#failAll(frame, platformError('nats', 'unavailable', sentence));
  }

  #failAll(frame: string, error: Error): void {
    const sent = this.#sent.get(frame);
    this.#sent.delete(frame);
    for (const waiting of sent?.waiting ?? []) waiting?.fail(error);
  }

  /** The call at a place of a frame, which waits no more. */
  #take(frame: string, sent: Sent, at: number): Waiting | undefined {
    const waiting = sent.waiting[at];
    if (!waiting) return undefined;
    sent.waiting[at] = undefined;
    if (--sent.open === 0) this.#sent.delete(frame);
    return waiting;
  }

  /** Ends the calls whose deadline is no later than this moment. */
  sweep(now: number): void {
    for (const [frame, sent] of this.#sent)
      for (const [at, waiting] of sent.waiting.entries())
        if (waiting && waiting.deadlineAt <= now) this.#take(frame, sent, at)?.fail(late());
  }
}
