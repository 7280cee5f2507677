/** What the edge refuses by name, and the figures that it reads. */
import {
  command,
  defineProtocol,
  InstantSchema,
  Minor,
  QuantitySchema,
  serve,
  Text,
  query,
} from '@morrow/contract';
import { trace } from '@morrow/contract/suite';
import Fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { apiPrefix, httpBinding } from './index.ts';
import { nearestName } from './nearest-name.ts';

const line = z.object({ item: Text(9), quantity: QuantitySchema.optional() });
const Shop = defineProtocol({
  name: 'shop',
  version: 1,
  summary: 'A shop',
  domain: 'shop',
  errors: {},
  operations: {
    sell: command({
      summary: 'Sells',
      input: z.object({ at: InstantSchema, lines: z.array(line).max(9), paid: Minor.nullable() }),
      output: z.object({ lines: z.array(line).max(9), paid: Minor.nullable() }),
      errors: [],
    }),
    takings: query({
      summary: 'What was taken',
      input: z.object({ upTo: InstantSchema.optional(), least: QuantitySchema.optional() }),
      output: z.object({ least: QuantitySchema.optional() }),
      errors: [],
    }),
  },
  events: {},
});
async function shop() {
  const fastify = Fastify();
  const contextOf = () => ({ tenant: 'main', actor: 'person:ada', trace });
  const handler = serve(Shop, {
    sell: async ({ lines, paid }) => ({ lines, paid }),
    takings: async ({ least }) => ({ least }),
  });
  const protocol = Shop as never;
  const options = { contextOf, version: '1.0' };
  await fastify.register(httpBinding([{ protocol, handler }], options), { prefix: apiPrefix });
  onTestFinished(() => fastify.close());
  return async (url: string, payload?: object) => {
    const sent = payload ? { method: 'POST' as const, payload } : { method: 'GET' as const };
    const answer = await fastify.inject({ url: `/api/shop/${url}`, ...sent });
    const { detail, data, ...rest } = answer.json<Record<string, unknown>>();
    return answer.statusCode === 200 ? rest : { status: answer.statusCode, detail, data };
  };
}
const at = '2026-03-02T10:00:00+01:00';

it.each([
  ['takings?upto=2026-01-01', 'upto is not a field of shop.takings; did you mean upTo?', ['upto']],
  [
    'takings?colour=red',
    'colour is not a field of shop.takings. Its fields are upTo, least.',
    ['colour'],
  ],
])('a query string with an unknown field is refused: %s', async (url, message, path) => {
  expect(await (await shop())(url)).toEqual({
    status: 400,
    detail: `The input is not valid: ${message}`,
    data: { issues: [{ path, message }] },
  });
});

it('an unknown field of a body is refused wherever it stands, all of them together', async () => {
  const body = {
    at,
    paid: null,
    lines: [{ item: 'A', qunatity: '1', price: '2' }],
    constructor: 1,
  };
  const lines = ['lines', '0'];
  expect(await (await shop())('sell', body)).toMatchObject({
    status: 400,
    detail:
      'The input is not valid: qunatity is not a field of lines in shop.sell; ' +
      'did you mean quantity?',
    data: {
      issues: [
        { path: [...lines, 'qunatity'] },
        {
          path: [...lines, 'price'],
          message: expect.stringMatching(/price is not a field of lines/),
        },
        { path: ['constructor'] },
      ],
    },
  });
});

it('figures may be JSON numbers, as long as no digit is lost', async () => {
  const ask = await shop();
  const sold = (quantity: unknown, paid: unknown = null) =>
    ask('sell', { at, paid, lines: [{ item: 'A', quantity }] });
  const answer = (quantity: string, paid: string | null = null) => ({
    lines: [{ item: 'A', quantity }],
    paid,
  });
  expect(await sold(2)).toEqual(answer('2'));
  expect(await sold(2.5, 1250)).toEqual(answer('2.5', '1250'));
  expect(await sold(-0)).toEqual(answer('0'));
  expect(await sold('2.50', '1250')).toEqual(answer('2.5', '1250'));
  for (const lossy of [0.1 + 0.2, 1e21, 1e-7, 9007199254740993, 12.5, '12.50'])
    expect(await sold('1', lossy)).toMatchObject({ status: 400 });
  expect(await ask('takings?least=2.50')).toEqual({ least: '2.5' });
});

it('the name that was meant is the nearest, or none', () => {
  const names = ['upTo', 'from', 'account', 'limit'];
  const guesses = [
    'upto',
    'up_to',
    'form',
    'acount',
    'accuont',
    'Limit',
    'colour',
    '',
    'x'.repeat(999),
  ];
  const found = ['upTo', 'upTo', 'from', 'account', 'account', 'limit'];
  expect(guesses.flatMap((guess) => nearestName(guess, names) ?? [])).toEqual(found);
});
