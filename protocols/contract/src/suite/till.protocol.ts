/** A made-up protocol, small enough to hold every binding to the same outcomes. */
import { z } from 'zod';
import { command, defineProtocol, query, type PortFor } from '../define-protocol.ts';
import { InstantSchema, Minor, Text } from '../schema/index.ts';

const name = Text(40);

/** The cash in the drawers of a shop. */
export const Till = defineProtocol({
  name: 'till',
  version: 1,
  summary: 'Cash in the drawers of a shop',
  domain: 'shop',
  errors: {
    tillClosed: {
      fault: 'conflict',
      data: z.object({ till: name, since: InstantSchema }),
      sentence: 'The till {till} is closed.',
    },
  },
  operations: {
    balance: query({
      summary: 'What lies in a till',
      input: z.object({ till: name, floor: z.int().min(0).max(9).optional() }),
      output: z.object({ minor: Minor, countedAt: InstantSchema }),
      errors: [],
    }),
    deposit: command({
      summary: 'Puts money into a till',
      input: z.object({ till: name, amount: z.object({ minor: Minor }) }),
      output: z.object({ minor: Minor }),
      errors: ['tillClosed'],
    }),
  },
  events: {
    deposited: {
      version: 1,
      summary: 'Money was put into a till',
      data: z.object({ till: name, minor: Minor }),
    },
  },
});
export type Till = PortFor<typeof Till>;

export const countedAt = new Date('2026-11-21T08:30:00.000Z');
/** What a defect must never tell a caller. */
export const secret = 'password=hunter2';

/** Tills with a behaviour each: `main` answers, `closed` refuses, `broken` throws, `stuck` never
 * ends. `seen` hears of each call that reached it. */
export const tillPort = (seen: (call: unknown) => void = () => undefined): Till => {
  const behave = async <T>(till: string, answer: T): Promise<T> => {
    if (till === 'closed') throw Till.fail('tillClosed', { till, since: countedAt });
    if (till === 'broken') throw new Error(secret);
    if (till === 'stuck') return new Promise<never>(() => undefined);
    return answer;
  };
  return {
    balance(input, context) {
      seen({ operation: 'balance', input, context });
      return behave(input.till, { minor: 1250n, countedAt });
    },
    deposit(input, context) {
      seen({ operation: 'deposit', input, context });
      return behave(input.till, { minor: 1250n + input.amount.minor });
    },
  };
};
