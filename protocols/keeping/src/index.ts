/** Keeping: what every domain answers about its own records: events, lag, digest, laws and replay. */
import {
  Code,
  Base64,
  command,
  defineProtocol,
  query,
  Text,
  type PortFor,
  type Protocol,
} from '@morrow/contract';
import { z } from 'zod';

/** Bytes of one page of events or digest lines before base64. */
export const pageBytesMax = 360_000;
const Count = z.int().min(0);

const declare = <const Domain extends string>(domain: Domain) =>
  defineProtocol({
    name: `${domain}-keeping`,
    version: 1,
    domain,
    summary: `What ${domain} answers about its own records`,
    errors: {
      unknownLetter: {
        fault: 'missing',
        data: z.object({ number: Count }),
        sentence: 'There is no dead letter {number} of that handler.',
      },
      badTenantName: {
        fault: 'invalid',
        data: z.object({ name: Code(60) }),
        sentence: 'A tenant is named by lower-case letters and digits, a letter first: not {name}.',
      },
    },
    operations: {
      eventsSince: query({
        summary: 'Published events after a number, in order: JSON of StoredEvent[] as base64',
        input: z.object({ after: Count, limit: z.int().min(1).max(1000) }),
        output: z.object({ page: Base64(490_000), last: Count }),
        errors: [],
      }),
      lag: query({
        summary: 'How far numbering and each handler are',
        input: z.object({}),
        output: z.object({
          published: Count,
          waiting: Count,
          handlers: z
            .array(
              z.object({ name: Code(60), producer: Code(32), watermark: Count, parked: Count }),
            )
            .max(100),
        }),
        errors: [],
      }),
      digestLines: query({
        summary: 'Canonical lines of all that the domain holds, sorted, as base64 of joined lines',
        input: z.object({ page: Count }),
        output: z.object({ lines: Base64(490_000), hasMore: z.boolean() }),
        errors: [],
      }),
      verify: query({
        summary: 'Sentences that name each row which breaks a law',
        input: z.object({}),
        output: z.object({ faults: z.array(Text(300)).max(200) }),
        errors: [],
      }),
      deadLetters: query({
        summary: 'Events that a handler could not handle',
        input: z.object({}),
        output: z.object({
          letters: z
            .array(
              z.object({
                handler: Code(60), producer: Code(32), number: Count, attempts: Count, sentence: Text(300),
              }), // prettier-ignore
            )
            .max(100),
        }),
        errors: [],
      }),
      openTenant: command({
        summary: 'Makes the databases of a tenant here, and serves it from now on',
        input: z.object({ name: Code(60) }),
        output: z.object({ name: Code(60) }),
        errors: ['badTenantName'],
      }),
      retry: command({
        summary: 'Hands a dead letter to its handler again, now',
        input: z.object({ handler: Code(60), producer: Code(32), number: Count }),
        output: z.object({ handled: z.boolean() }),
        errors: ['unknownLetter'],
      }),
    },
    events: {},
  });

export type Keeping = PortFor<ReturnType<typeof declare>>;
export type KeepingProtocol = ReturnType<typeof declare>;

const known = new Map<string, KeepingProtocol>();
/** The keeping protocol of one domain. */
export function keepingOf(domain: string): KeepingProtocol {
  const found = known.get(domain) ?? declare(domain);
  known.set(domain, found);
  return found;
}
/** The same value where its events and errors do not matter. */
export const anyKeepingOf = (domain: string): Protocol => keepingOf(domain) as unknown as Protocol;
