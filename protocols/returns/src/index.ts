/** Returns: goods and charges that a customer gave back, with the sales they belong to. */
import {
  Code,
  command,
  defineProtocol,
  idSchema,
  InstantSchema,
  MicroSchema,
  Minor,
  query,
  QuantitySchema,
  type PortFor,
} from '@morrow/contract';
import { CurrencyText } from '@morrow/protocol-companies';
import { ItemCategory, ItemCode } from '@morrow/protocol-items';
import { OrderNumber } from '@morrow/protocol-orders';
import { PartyCode } from '@morrow/protocol-parties';
import { z } from 'zod';

export const ReturnId = idSchema('return');
export const ReturnNumber = Code(32);
export const linesMax = 1200;
export const batchReturnsMax = 150;
export const batchLinesMax = 1500;

/** Quantity given back, above zero; `order` is the sale it belongs to, where one was found. */
const asked = {
  item: ItemCode,
  quantity: QuantitySchema,
  price: MicroSchema,
  order: OrderNumber.optional(),
};
export const ReturnLine = z.object({ ...asked, category: ItemCategory });
const header = {
  number: ReturnNumber,
  customer: PartyCode,
  currency: CurrencyText,
  warehouse: Code(16),
  receivedAt: InstantSchema,
};
const Lines = z.array(ReturnLine).min(1).max(linesMax);
export const ReturnState = z.enum(['received']);
export const Return = z.object({
  returnId: ReturnId, ...header, state: ReturnState, total: Minor, lines: Lines,
}); // prettier-ignore
const Received = z.object({
  number: ReturnNumber,
  returnId: ReturnId.optional(),
  refused: z.object({ code: Code(32), subject: Code(40) }).optional(),
});
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
  },
  operations: {
    receiveMany: command({
      summary: 'Records returns in one commit; each line names its return by position',
      input: z.object({
        returns: z.array(z.object(header)).min(1).max(batchReturnsMax),
        lines: z.array(z.object({ return: z.int().min(0), ...asked })).max(batchLinesMax),
      }),
      output: z.object({ results: z.array(Received).max(batchReturnsMax) }),
      errors: [],
    }),
    get: query({
      summary: 'One return with its lines',
      input: z.object({ returnId: ReturnId }),
      output: Return,
      errors: ['unknownReturn'],
    }),
    list: query({
      summary: 'Returns in the order of their recording, without lines',
      input: z.object({ after: ReturnId.optional(), limit: z.int().min(1).max(200) }),
      output: z.object({
        returns: z.array(Return.omit({ lines: true })).max(200),
        next: ReturnId.optional(),
      }),
      errors: [],
    }),
  },
  events: {
    returnReceived: {
      version: 1,
      summary: 'Goods or charges were returned',
      data: z.object({ returnId: ReturnId, ...header, total: Minor, lines: Lines }),
    },
  },
});
export type Returns = PortFor<typeof Returns>;
