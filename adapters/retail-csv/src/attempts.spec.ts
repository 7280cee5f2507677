/** What a run that begins again asks anew, and what it does not. */
import { platformError, ProtocolError, type CallContext } from '@morrow/contract';
import { expect, it } from 'vitest';
import { decided, decidedEach } from './attempts.ts';

const attempts = (attempt: number) => ({
  attempt,
  keyed: (step: string, at: number) => ({ key: `${step}/${at}` }) as CallContext,
});
const refusal = new ProtocolError('ledger', 'periodLocked', 'conflict', {}, 'It is locked.');

/** Answers each key once for all, as the receipts of a server do. */
function server(decide: () => unknown) {
  const receipts = new Map<string, unknown>();
  return async ({ key = '' }: CallContext) => {
    if (!receipts.has(key)) receipts.set(key, decide());
    const answer = receipts.get(key);
    if (answer instanceof Error) throw answer;
    return answer;
  };
}

it('a refusal is final within its attempt, and decided anew in the next', async () => {
  let isLocked = true;
  const call = server(() => (isLocked ? refusal : 'posted'));
  await expect(decided(attempts(1), 'entry', call)).rejects.toBe(refusal);
  isLocked = false;
  await expect(decided(attempts(1), 'entry', call)).rejects.toBe(refusal);
  await expect(decided(attempts(2), 'entry', call)).resolves.toBe('posted');
  isLocked = true;
  await expect(decided(attempts(3), 'entry', call)).resolves.toBe('posted');
});

it('what was stored before is not asked for again', async () => {
  let times = 0;
  const call = server(() => ++times);
  expect(await decided(attempts(1), 'entry', call)).toBe(1);
  expect(await decided(attempts(4), 'entry', call)).toBe(1);
});

it('a defect is not taken for a refusal', async () => {
  const defect = platformError('ledger', 'defect', 'Something went wrong here.');
  let times = 0;
  const call = server(() => (times++ ? 'posted' : defect));
  await expect(decided(attempts(2), 'entry', call)).rejects.toBe(defect);
});

it('of a batch only what was refused is sent again', async () => {
  const known = new Set(['C1']);
  const sent: string[][] = [];
  const receipts = new Map<string, readonly { refused?: { code: string; subject: string } }[]>();
  const send = async (some: readonly string[], { key = '' }: CallContext) => {
    if (!receipts.has(key)) {
      sent.push([...some]);
      const refused = { code: 'unknownParty', subject: 'C2' };
      receipts.set(
        key,
        some.map((customer) => (known.has(customer) ? {} : { refused })),
      );
    }
    return receipts.get(key) ?? [];
  };
  const refused = { code: 'unknownParty', subject: 'C2' };
  const all = ['C1', 'C2', 'C1', 'C2'];
  const first = await decidedEach(attempts(1), 'orders', all, send);
  expect(first).toEqual([{}, { refused }, {}, { refused }]);
  known.add('C2');
  const second = await decidedEach(attempts(2), 'orders', all, send);
  expect(second).toEqual([{}, {}, {}, {}]);
  expect(sent).toEqual([all, ['C2', 'C2']]);
});
