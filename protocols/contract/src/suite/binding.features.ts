/** What every binding of a protocol must do alike: the same calls, the same outcomes. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CallContext } from '../context.ts';
import type { Serving } from '../dispatch/serve.ts';
import { CommitConflict, platformError } from '../protocol-error.ts';
import { keySuite } from './key.features.ts';
import { countedAt, secret, tillPort } from './till.protocol.ts';
import { trace, callOf, outcomeOf, type BoundToWire, type OpenBinding } from './open-binding.ts';

const refused = (fault: string, message: string, data: unknown = {}) => ({
  protocol: 'till',
  code: fault,
  fault,
  data,
  message,
});
const late = refused('timeout', 'The deadline has passed; the call may have run.');

/** Runs the suite. `actor` is whom the binding says that the caller is. */
export function bindingSuite(binding: string, open: OpenBinding): void {
  keySuite(binding, open);
  const opened = async (serving: Serving = {}, seen: (call: unknown) => void = () => undefined) => {
    const bound = await open(tillPort(seen), serving);
    onTestFinished(() => bound.close());
    return bound;
  };
  describe(`a protocol ${binding}`, () => {
    it('answers a query with the values that its implementation gave', async () => {
      const { port } = await opened();
      const outcome = await outcomeOf(port.balance({ till: 'main' }, callOf()));
      expect(outcome).toEqual({ ok: { minor: 1250n, countedAt } });
    });

    it('tells of a conflict that stayed as a conflict, not as a defect', async () => {
      const { port } = await opened({}, () => {
        throw new CommitConflict('staleVersion: 0197');
      });
      const outcome = await outcomeOf(
        port.deposit({ till: 'main', amount: { minor: 5n } }, callOf()),
      );
      expect(outcome).toEqual(
        refused(
          'conflict',
          'The same record was changed by someone else at the same moment; nothing was ' +
            'stored. Try again.',
        ),
      );
    });

    it('hands the implementation the input and who asks, until when', async () => {
      const calls: unknown[] = [];
      const { port } = await opened({}, (call) => calls.push(call));
      const context = callOf({ key: 'till-7/3', deadlineAt: Date.now() + 15_000 });
      await port.deposit({ till: 'main', amount: { minor: 5n } }, context);
      const { key, tenant } = context;
      expect(calls).toEqual([
        {
          operation: 'deposit',
          input: { till: 'main', amount: { minor: 5n } },
          context: expect.objectContaining({ tenant, actor: 'person:ada', trace, key }),
        },
      ]);
      const [{ context: arrived }] = calls as [{ context: CallContext }];
      expect(Math.abs(arrived.deadlineAt - context.deadlineAt)).toBeLessThan(5_000);
    });

    it('brings a declared refusal with its data and its sentence', async () => {
      const { port } = await opened();
      const input = { till: 'closed', amount: { minor: 5n } };
      expect(await outcomeOf(port.deposit(input, callOf()))).toEqual({
        protocol: 'till',
        code: 'tillClosed',
        fault: 'conflict',
        data: { till: 'closed', since: countedAt },
        message: 'The till closed is closed.',
      });
    });

    it('refuses an input that its schema does not admit, naming the field', async () => {
      const calls: unknown[] = [];
      const { port } = await opened({}, (call) => calls.push(call));
      const outcome = await outcomeOf(port.balance({ till: 'main', floor: 12 }, callOf()));
      const message = expect.stringMatching(/^The input is not valid: floor: /);
      const data = { issues: [{ path: ['floor'], message: expect.any(String) }] };
      expect(outcome).toEqual({ ...refused('invalid', '', data), message });
      expect(calls).toEqual([]);
    });

    it('tells of a defect nothing but its trace, and its cause to the operator alone', async () => {
      const heard: unknown[] = [];
      const onDefect = (operation: string, error: unknown) => heard.push([operation, error]);
      const { port } = await opened({ onDefect });
      const outcome = await outcomeOf(port.balance({ till: 'broken' }, callOf()));
      const sentence = `An internal error occurred. Its trace is ${trace}.`;
      expect(outcome).toEqual(refused('defect', sentence, { trace }));
      expect(JSON.stringify(outcome)).not.toContain(secret);
      expect(heard).toEqual([['till.balance', new Error(secret)]]);
    });

    it('ends a call that is under way at its deadline: it may have run', async () => {
      const calls: unknown[] = [];
      const { port } = await opened({}, (call) => calls.push(call));
      const context = callOf({ deadlineAt: Date.now() + 500 });
      expect(await outcomeOf(port.balance({ till: 'stuck' }, context))).toEqual(late);
      expect(calls).toHaveLength(1);
    });

    it('does not begin a call whose deadline has passed', async () => {
      const calls: unknown[] = [];
      const { port } = await opened({}, (call) => calls.push(call));
      const context = callOf({ deadlineAt: Date.now() - 1 });
      expect(await outcomeOf(port.balance({ till: 'main' }, context))).toEqual(late);
      expect(calls).toEqual([]);
    });

    it('refuses a tenant that does not exist', async () => {
      const { port } = await opened({ hasTenant: (tenant) => tenant === 'main' });
      const outcome = await outcomeOf(port.balance({ till: 'main' }, callOf({ tenant: 'other' })));
      expect(outcome).toEqual(refused('missing', 'There is no tenant other.'));
    });

    it('refuses what the person may not do', async () => {
      const authorize = () => {
        throw platformError('till', 'forbidden', 'Ada may not open tills.');
      };
      const { port } = await opened({ authorize });
      const outcome = await outcomeOf(port.balance({ till: 'main' }, callOf()));
      expect(outcome).toEqual(refused('forbidden', 'Ada may not open tills.'));
    });
  });
}

/** What a binding over a wire meets beside: callers of another version. */
export function wireSuite(
  binding: string,
  open: (...[implementation, serving]: Parameters<OpenBinding>) => Promise<BoundToWire>,
): void {
  bindingSuite(binding, open);
  it(`refuses an operation that the protocol does not have, ${binding}`, async () => {
    const { raw, close } = await open(tillPort(), {});
    onTestFinished(close);
    expect(await raw('burn', {}, callOf())).toEqual({
      error: { code: 'missing', fault: 'missing', data: {}, sentence: expect.any(String) },
    });
  });
}
