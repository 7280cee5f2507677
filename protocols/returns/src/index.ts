/** Returns: goods and charges that a customer gave back, with the sales they belong to. */
import {
  Code,
  command,
  countOperation,
  defineProtocol,
  idSchema,
  listInput,
  listOutput,
  query,
  shapeOf,
  Text,
  type PortFor,
} from '@morrow/contract';
import { orderLinesMax as soldLinesMax, OrderNumber } from '@morrow/protocol-orders';
import { z } from 'zod';
import {
  AskedReturnLine,
  returnLinesMax,
  ReturnedSoFar,
  ReturnLine,
  SalesReturn,
} from './sales-return.record.ts';

export { returnLinesMax, ReturnedSoFar, SalesReturn } from './sales-return.record.ts';

export const ReturnId = idSchema('return');
export const ReturnNumber = SalesReturn.fields.number.schema;
export const batchReturnsMax = 150;
export const batchReturnLinesMax = 1500;

const header = shapeOf(SalesReturn, [
  'number', 'customer', 'currency', 'warehouse', 'receivedAt',
]); // prettier-ignore
/** An absent kind: ofOrders in what is asked, not known in returns that an earlier release
 * recorded. */
const { kind, reason, total } = shapeOf(SalesReturn, ['kind', 'reason', 'total']);
const Lines = z.array(ReturnLine).min(1).max(returnLinesMax);
export const ReturnState = z.enum(['received']);
export const Return = z.object({
  returnId: ReturnId, ...header, kind, reason, state: ReturnState, total, lines: Lines,
}); // prettier-ignore
const Received = z.object({
  number: ReturnNumber,
  returnId: ReturnId.optional(),
  refused: z
    .object({
      code: Code(32),
      subject: Code(40),
      sentence: Text(300).optional(),
      /** Position of the return in the batch. */
      return: z.int().optional(),
      /** Position among the lines of the batch, where one line is at fault. */
      line: z.int().optional(),
    })
    .optional(),
});
/** A line that names no return of the batch: it is refused alone. */
const StrayLine = z.object({ line: z.int(), return: z.int() });
const received = { returnId: ReturnId, ...header, total, lines: Lines };
export type Return = z.output<typeof Return>;

export const Returns = defineProtocol({
  name: 'returns',
  version: 1,
  domain: 'orders',
  summary: 'Returns by customers',
  errors: {
    unknownReturn: {
      fault: 'missing',
      data: z.object({ returnId: ReturnId }),
      sentence: 'There is no return {returnId}.',
    },
    unknownNumber: {
      fault: 'missing',
      data: z.object({ number: ReturnNumber }),
      sentence: 'There is no return {number}.',
    },
  },
  operations: {
    receiveMany: command({
      summary:
        'Records returns in one commit. Each line names its return by position; a return that is ' +
        'refused is named, and the others are recorded.',
      input: z.object({
        returns: z
          .array(z.object({ ...header, kind, reason }))
          .min(1)
          .max(batchReturnsMax),
        lines: z.array(AskedReturnLine.extend({ return: z.int() })).max(batchReturnLinesMax),
      }),
      output: z.object({
        results: z.array(Received).max(batchReturnsMax),
        /** Lines that refer to no return of the batch: they were not recorded. */
        strayLines: z.array(StrayLine).max(batchReturnLinesMax).optional(),
      }),
      errors: [],
    }),
    get: query({
      summary: 'One return with its lines',
      input: z.object({ returnId: ReturnId }),
      output: Return,
      errors: ['unknownReturn'],
    }),
    getByNumber: query({
      summary: 'One return, found by its number, with its lines',
      input: z.object({ number: ReturnNumber }),
      output: Return,
      errors: ['unknownNumber'],
    }),
    list: query({
      summary:
        'Returns without lines, a page at a time: in the order they were recorded, or in another',
      input: z.object({
        after: ReturnId.optional(),
        ...listInput,
        number: ReturnNumber.optional(),
      }),
      output: z.object({
        returns: z.array(Return.omit({ lines: true })).max(200),
        next: ReturnId.optional(),
        ...listOutput,
      }),
      errors: [],
    }),
    count: countOperation('returns'),
  },
  events: {
    returnReceived: {
      version: 2,
      summary: 'Goods or charges were returned',
      data: z.object({ ...received, kind, reason }),
      earlier: [{ version: 1, data: z.object(received), upcast: (data) => data }],
    },
    orderReturned: {
      version: 1,
      summary: 'More of an order has come back; lists all that has come back so far',
      data: z.object({ order: OrderNumber, returned: z.array(ReturnedSoFar).max(soldLinesMax) }),
    },
  },
});
export type Returns = PortFor<typeof Returns>;
