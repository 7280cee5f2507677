/** Answers the calls of frames side by side: what is ready at one moment leaves in one message, and
 * a slow call holds up no other. */
import type { Wire } from '@morrow/contract';
import { answerFrame, answerText, frameBytesMax } from './call-frames.ts';
import { sealBytes } from './message-seal.ts';
import type { NatsLink } from './nats-link.ts';

const refusal = (sentence: string): Wire => ({
  error: { code: 'defect', fault: 'defect', data: {}, sentence },
});
const tooLarge = refusal('Something went wrong here: the answer is too large.');
const broken = refusal('Something went wrong here.');
/** Bytes around the answers of a frame, generously. */
const frameRoom = sealBytes + 16;

/** An outcome that has no form in JSON is a defect. */
function textOf(at: number, wire: Wire): string {
  try {
    return answerText(at, wire);
  } catch {
    return answerText(at, broken);
  }
}

/** Answers of one frame that are ready and not sent yet. */
class Ready {
  readonly #link: NatsLink;
  readonly #reply: string;
  readonly #onSent: (count: number) => void;
  #texts: string[] = [];
  #bytes = 0;

  constructor(link: NatsLink, reply: string, onSent: (count: number) => void) {
    this.#link = link;
    this.#reply = reply;
    this.#onSent = onSent;
  }

  /** Says whether it is the first that waits to be sent. */
  add(at: number, wire: Wire): boolean {
    const { max_payload: bytesMax = Infinity } = this.#link.connection.info ?? {};
    const whole = textOf(at, wire);
    const size = Buffer.byteLength(whole);
    const fits = size + frameRoom <= bytesMax;
    if (this.#bytes + size > frameBytesMax) this.flush();
    this.#texts.push(fits ? whole : answerText(at, tooLarge));
    this.#bytes += fits ? size : 0;
    return this.#texts.length === 1;
  }

  flush(): void {
    const texts = this.#texts;
    if (!texts.length) return;
    this.#texts = [];
    this.#bytes = 0;
    try {
      if (!this.#link.connection.isClosed())
        this.#link.publish('answer', this.#reply, answerFrame(texts));
    } catch {
      // the connection has gone; whoever waits learns of it from its deadline
    }
    this.#onSent(texts.length);
  }
}

export function answeringOver(link: NatsLink) {
  let underWay = 0;
  let onIdle: (() => void) | undefined;
  const sent = (count: number) => {
    underWay -= count;
    if (underWay === 0) onIdle?.();
  };
  let waiting: Ready[] = [];
  const flush = () => {
    const all = waiting;
    waiting = [];
    for (const ready of all) ready.flush();
  };
  /** After all that is ready to run now: answers of one moment leave in one write. */
  const schedule = (ready: Ready) => {
    if (!waiting.length) process.nextTick(flush);
    waiting.push(ready);
  };
  return {
    /** Runs the calls of a frame and answers each. */
    take<Call>(
      reply: string,
      calls: readonly Call[],
      run: (call: Call) => Wire | Promise<Wire>,
    ): void {
      underWay += calls.length;
      const ready = new Ready(link, reply, sent);
      for (const [at, call] of calls.entries()) {
        let wire: Wire | Promise<Wire>;
        try {
          wire = run(call);
        } catch {
          wire = broken;
        }
        const answer = (outcome: Wire) => {
          if (ready.add(at, outcome)) schedule(ready);
        };
        Promise.resolve(wire).then(answer, () => answer(broken));
      }
    },
    /** Resolves when every call under way has been answered. */
    idle: (): Promise<void> =>
      underWay ? new Promise((done) => (onIdle = done)) : Promise.resolve(),
  };
}
