/** A protocol with the payload that the peers of the base use, and the context of its calls. */
import { newTrace } from '@morrow/adapter-local';
import {
  command,
  defineProtocol,
  query,
  Text,
  type CallContext,
  type PortFor,
} from '@morrow/contract';
import { z } from 'zod';

const asked = z.object({ id: z.int(), sku: Text(40), qty: z.int() });
const answered = z.object({ ok: z.boolean(), id: z.int(), total: z.int() });

export const Priced = defineProtocol({
  name: 'priced',
  version: 1,
  domain: 'bench',
  summary: 'What something costs',
  errors: {},
  operations: {
    price: query({
      summary: 'Twice the quantity',
      input: asked,
      output: answered,
      errors: [],
      workflow: true,
    }),
    charge: command({
      summary: 'The same as a command',
      input: asked,
      output: answered,
      errors: [],
      workflow: true,
    }),
  },
  events: {
    opened: { version: 1, summary: 'A ticket was opened', data: z.object({ name: Text(40) }) },
    moved: {
      version: 1,
      summary: 'A ticket was moved',
      data: z.object({ a: z.int(), b: z.int() }),
    },
    noted: { version: 1, summary: 'A move was noted', data: z.object({ memo: Text(40) }) },
  },
});
export type Priced = PortFor<typeof Priced>;

const answer = async ({ id, qty }: z.output<typeof asked>) => ({ ok: true, id, total: qty * 2 });
export const priced: Priced = { price: answer, charge: answer };

const callMs = 30_000;
const trace = newTrace();
/** A context as the edge makes it; a command needs a key of its own. */
export const callContext = (key?: string): CallContext => ({
  tenant: 'main',
  actor: 'person:bench',
  trace,
  deadlineAt: Date.now() + callMs,
  key,
});
