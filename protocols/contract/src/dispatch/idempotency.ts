/** Idempotent commands: the answer of a key is stored with the change itself and given again to
 * whoever repeats it. */
import { canonicalJson, contentHash, type Json } from '@morrow/kernel';
import {
  ReceiptTaken,
  type CallContext,
  type PendingReceipt,
  type Receipt,
  type ReceiptBook,
} from '../context.ts';
import type { ProtocolSpec } from '../define-protocol.ts';
import { isFinal } from '../fault.ts';
import { isCommitConflict, isProtocolError, platformError } from '../protocol-error.ts';
import { codecOf } from '../schema/index.ts';
import { decodeError, encodeError, type Wire } from './outcome.ts';

/** Days for which a key answers again. */
export const receiptDays = 7;

type Run = (context: CallContext) => Promise<unknown>;

/** Runs commands of one protocol at most once per key. The hot path reads nothing: the commit's
 * unique key tells of a repetition, and a refusal looks its key up before it is answered. */
export class Idempotency {
  readonly #spec: ProtocolSpec;
  readonly #book: ReceiptBook;
  readonly #underWay = new Set<string>();

  constructor(spec: ProtocolSpec, book: ReceiptBook) {
    this.#spec = spec;
    this.#book = book;
  }

  /** Gives the output, or throws the refusal, of the first run under this key. */
  async run(name: string, input: unknown, context: CallContext, run: Run): Promise<unknown> {
    const { name: protocol } = this.#spec;
    if (context.key === undefined)
      throw platformError(protocol, 'invalid', `The command ${name} needs an idempotency key.`);
    const pending = this.#pending(name, input, context, context.key);
    const scoped = `${context.tenant}|${pending.key}`;
    if (this.#underWay.has(scoped))
      throw platformError(protocol, 'inFlight', 'A call with this key is still running.');
    this.#underWay.add(scoped);
    try {
      const output = await run({ ...context, receipt: pending });
      return pending.isStored ? output : await this.#afterNoChange(name, context, pending, output);
    } catch (error) {
      return await this.#afterFailure(name, context, pending, error);
    } finally {
      this.#underWay.delete(scoped);
    }
  }

  #pending(name: string, input: unknown, context: CallContext, key: string) {
    const operation = this.#spec.operations[name];
    let fingerprint: string | undefined;
    const pending: PendingReceipt & { isStored: boolean } = {
      key: `${context.actor}|${this.#spec.name}.${name}|${key}`,
      get fingerprint() {
        const wire = operation ? codecOf(operation.input).encode(input) : input;
        return (fingerprint ??= contentHashOf(wire));
      },
      isStored: false,
      settle(output: unknown): Receipt {
        const ok = operation ? codecOf(operation.output).encode(output) : output;
        return { key: pending.key, fingerprint: pending.fingerprint, answer: { ok } as Json };
      },
      stored() {
        pending.isStored = true;
      },
    };
    return pending;
  }

  /** A command that changed nothing this time: what its key answered before, or this answer for
   * good. */
  async #afterNoChange(
    name: string,
    context: CallContext,
    pending: PendingReceipt,
    output: unknown,
  ): Promise<unknown> {
    const stored = await this.#book.find(context.tenant, pending.key);
    if (stored) return this.#replay(name, pending, stored);
    await this.#book.keep(context.tenant, pending.settle(output));
    return output;
  }

  async #afterFailure(
    name: string,
    context: CallContext,
    pending: PendingReceipt & { isStored: boolean },
    error: unknown,
  ): Promise<unknown> {
    const refused = isProtocolError(error) && error.protocol === this.#spec.name;
    const isTaken = error instanceof ReceiptTaken || isCommitConflict(error);
    if (!refused && !isTaken) throw error;
    const stored = await this.#book.find(context.tenant, pending.key);
    if (stored) return this.#replay(name, pending, stored);
    const declared = refused && Object.hasOwn(this.#spec.errors, error.code);
    if (declared && isFinal(error.fault)) {
      const answer = { error: encodeError(this.#spec, error) } as unknown as Json;
      const { key, fingerprint } = pending;
      await this.#book.keep(context.tenant, { key, fingerprint, answer });
    }
    throw error;
  }

  #replay(name: string, pending: PendingReceipt, stored: Receipt): unknown {
    if (stored.fingerprint !== pending.fingerprint)
      throw platformError(
        this.#spec.name,
        'reused',
        'This idempotency key was used for another request.',
      );
    const wire = stored.answer as unknown as Wire;
    if ('error' in wire) throw decodeError(this.#spec, wire.error);
    const operation = this.#spec.operations[name];
    return operation ? codecOf(operation.output).decode(wire.ok) : wire.ok;
  }
}

const contentHashOf = (wire: unknown): string => {
  const text = canonicalJson(wire);
  return `${contentHash(text)}.${text.length}`;
};
