/** What every binding does with the idempotency key of a command (architecture §7). */
import { describe, expect, it, onTestFinished } from 'vitest';
import { ReceiptTaken, type CallContext, type Receipt, type ReceiptBook } from '../context.ts';
import { insideTransaction, watchTransactions } from '../dispatch/transaction-guard.ts';
import type { Fault } from '../fault.ts';
import { isProtocolError, platformError } from '../protocol-error.ts';
import { tillPort, type Till } from './till.protocol.ts';
import type { OpenBinding } from './open-binding.ts';

/** A store of receipts, and tills whose deposits commit their receipt with the change. */
function shop() {
  const receipts = new Map<string, Receipt>();
  const book: ReceiptBook = {
    find: async (_tenant, key) => receipts.get(key),
    keep: async (_tenant, receipt) => void receipts.set(receipt.key, receipt),
  };
  let runs = 0;
  let fault: Fault | undefined;
  let gate = Promise.resolve();
  const plain = tillPort();
  const port: Till = {
    ...plain,
    async deposit(input, context) {
      runs++;
      await gate;
      if (fault) throw platformError('till', fault, 'Not now.');
      const output = await plain.deposit(input, context);
      const receipt = context.receipt?.settle(output);
      if (receipt && receipts.has(receipt.key)) throw new ReceiptTaken(receipt.key);
      if (receipt) receipts.set(receipt.key, receipt);
      context.receipt?.stored();
      return output;
    },
  };
  return {
    port,
    serving: { receipts: book },
    runs: () => runs,
    failWith: (next: Fault | undefined) => (fault = next),
    hold: (until: Promise<void>) => (gate = until),
  };
}
const call = (key: string | undefined, changes: Partial<CallContext> = {}): CallContext => ({
  tenant: 'main',
  actor: 'person:ada',
  trace: `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`,
  deadlineAt: Date.now() + 20_000,
  key,
  ...changes,
});
const deposit = (till = 'main', minor = 5n) => ({ till, amount: { minor } });
const faultOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => 'none',
    (reason: unknown) => reason,
  );
  return isProtocolError(error) ? error.fault : error;
};

export function keySuite(binding: string, open: OpenBinding): void {
  const opened = async () => {
    const { port, serving, ...rest } = shop();
    const bound = await open(port, serving);
    onTestFinished(() => bound.close());
    return { till: bound.port, ...rest };
  };
  describe(`a key of a command ${binding}`, () => {
    it('has one answer, however often it is sent', async () => {
      const { till } = await opened();
      expect(await till.deposit(deposit(), call('k'))).toEqual({ minor: 1255n });
      expect(await till.deposit(deposit(), call('k'))).toEqual({ minor: 1255n });
      expect(await till.deposit(deposit(), call('k2'))).toEqual({ minor: 1255n });
    });
    it('has the refusal that was declared as its answer', async () => {
      const { till, runs } = await opened();
      const [first, again] = [
        await till.deposit(deposit('closed'), call('k')).catch((error: unknown) => error),
        await till.deposit(deposit('closed'), call('k')).catch((error: unknown) => error),
      ];
      expect(again).toEqual(first);
      expect(runs()).toBeGreaterThan(0);
    });
    it('is refused with another payload', async () => {
      const { till } = await opened();
      await till.deposit(deposit(), call('k'));
      expect(await faultOf(till.deposit(deposit('main', 6n), call('k')))).toBe('reused');
    });
    it('is refused while it is running', async () => {
      const { till, hold, runs } = await opened();
      const { promise, resolve } = Promise.withResolvers<void>();
      void hold(promise);
      const first = till.deposit(deposit(), call('k'));
      while (runs() === 0) await new Promise((soon) => setTimeout(soon, 5));
      expect(await faultOf(till.deposit(deposit(), call('k')))).toBe('inFlight');
      resolve();
      expect(await first).toEqual({ minor: 1255n });
    });
    it.each(['unavailable', 'exhausted', 'timeout', 'defect'] as const)(
      'may be sent again after %s, which is no answer',
      async (fault) => {
        const { till, failWith } = await opened();
        failWith(fault);
        expect(await faultOf(till.deposit(deposit(), call('k')))).toBe(fault);
        failWith(undefined);
        expect(await till.deposit(deposit(), call('k'))).toEqual({ minor: 1255n });
      },
    );
    it('belongs to the actor who sent it', async () => {
      const { till, runs } = await opened();
      await till.deposit(deposit(), call('k'));
      const bobs = till.deposit(deposit('main', 6n), call('k', { actor: 'person:bob' }));
      const other = await faultOf(bobs);
      // over HTTP the edge says who calls: there both are one person
      expect(['none', 'reused']).toContain(other);
      expect(runs()).toBe(2);
    });
  });
  it(`refuses a call from inside an open transaction, ${binding}`, async () => {
    const { till, runs } = await opened();
    watchTransactions();
    const inside = insideTransaction('wms', () => till.deposit(deposit(), call('k')));
    await expect(inside).rejects.toThrow('till was called from inside an open transaction of wms');
    expect(runs()).toBe(0);
  });
}
