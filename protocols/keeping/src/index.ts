/** Keeping: what every domain answers about its own records: events, lag, digest,
 * laws and replay. */
import {
  Code,
  Base64,
  command,
  defineProtocol,
  idSchema,
  InstantSchema,
  LifecycleMoved,
  query,
  Text,
  type PortFor,
} from '@morrow/contract';
import { z } from 'zod';

/** Bytes of one page of events or digest lines before base64. */
export const pageBytesMax = 360_000;
const Count = z.int().min(0);
const Version = z.int().min(1);

/** Lines of one page of lifecycles. */
export const lifecyclesPage = 500;
/** Documents of one type in one state, on one version of their lifecycle. */
const LifecycleCount = z.object({
  documentType: Code(60),
  id: Code(60),
  version: Version,
  hash: Code(64),
  state: Code(60),
  documents: Count,
  /** False: no process of this release may move them; they wait for one that knows the version. */
  isKnown: z.boolean(),
  /** True: nothing leads on to another state. */
  isEnd: z.boolean(),
});
export type LifecycleCount = z.output<typeof LifecycleCount>;

/** Rows and hash of a table in use, and of the one derived from events. */
const Replayed = z.object({
  table: Code(63),
  rows: Count,
  hash: Text(32),
  rebuiltRows: Count,
  rebuiltHash: Text(32),
});
const ReplayState = z.object({
  phase: z.enum(['none', 'running', 'done', 'failed']),
  read: Count,
  total: Count,
  tables: z.array(Replayed).max(60),
  /** Sentences that name rows which differ, and streams that cannot be told. */
  faults: z.array(Text(300)).max(200),
  isSwapped: z.boolean(),
});
const About = z.object({
  domain: Code(32),
  release: Text(40),
  protocols: z.array(z.object({ name: Code(60), version: z.int().min(1) })).max(60),
});
export type About = z.output<typeof About>;
export type ReplayState = z.output<typeof ReplayState>;

export const foundMax = 20;
export const factsMax = 20;
export const factTextMax = 120;
/** A document that is known by the number asked for, with what its own fields say. */
const FoundDocument = z.object({
  documentType: Code(60),
  label: Text(60),
  documentId: idSchema('document'),
  number: Code(120),
  state: Code(60),
  facts: z.array(z.object({ name: Text(60), value: Text(factTextMax) })).max(factsMax),
});
export type FoundDocument = z.output<typeof FoundDocument>;

/** Tenants of one page. */
export const tenantsPage = 500;
const ServedTenant = z.object({
  name: Code(60),
  /** Absent: it was added by a release that did not note it. */
  since: InstantSchema.optional(),
  /** Domains may share it. */
  database: Code(63),
  /** On disk. */
  bytes: Count,
});
export type ServedTenant = z.output<typeof ServedTenant>;

/** An event by its number, or a timer of this domain by its id; a timer has the number 0. */
const letter = {
  handler: Code(60),
  producer: Code(32),
  number: Count,
  timer: idSchema('timer').optional(),
};
const Letter = z.object(letter);
/** Dead letters in one answer. */
export const letterPage = 100;
const FailedLetter = z.object({ ...letter, attempts: Count, sentence: Text(300) });

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
      unknownDocumentType: {
        fault: 'missing',
        data: z.object({ documentType: Code(60) }),
        sentence: 'There are no documents of type {documentType} here.',
      },
      replayUnderWay: {
        fault: 'conflict',
        data: z.object({}),
        sentence: 'A replay is running. Wait until it has ended.',
      },
      noSuchMove: {
        fault: 'missing',
        data: z.object({ documentType: Code(60), from: Version, to: Version }),
        sentence: 'No move of {documentType} leads from version {from} to version {to}.',
      },
      badTenantName: {
        fault: 'invalid',
        data: z.object({ name: Code(60) }),
        sentence:
          'A tenant name has only lower-case letters and digits and starts with a letter; ' +
          '{name} does not.',
      },
      unknownCopy: {
        fault: 'missing',
        data: z.object({ name: Code(60), copy: Code(60) }),
        sentence: 'There is no copy {copy} of the tenant {name}.',
      },
      lastTenant: {
        fault: 'conflict',
        data: z.object({ name: Code(60) }),
        sentence: '{name} is the only tenant, and one has to remain.',
      },
      tenantServed: {
        fault: 'conflict',
        data: z.object({ name: Code(60) }),
        sentence: 'The tenant {name} is still served: stop it first.',
      },
    },
    operations: {
      about: query({
        summary: 'The release of this process and the protocols that it offers',
        input: z.object({}),
        output: About,
        errors: [],
      }),
      eventsSince: query({
        summary:
          'Published events after a number, in order, as base64 of the JSON of StoredEvent[]',
        input: z.object({ after: Count, limit: z.int().min(1).max(1000) }),
        output: z.object({ page: Base64(490_000), last: Count }),
        errors: [],
      }),
      lag: query({
        summary: 'How far events are published and handled',
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
        summary: 'Canonical lines of everything that the domain stores, as base64',
        input: z.object({
          /** Of the sorted lines, where `after` is absent; each page then costs as much as all. */
          page: Count,
          /** `next` of the page before, empty for the first: lines in the order of storage. */
          after: Text(400).optional(),
        }),
        output: z.object({
          lines: Base64(490_000),
          hasMore: z.boolean(),
          next: Text(400).optional(),
        }),
        errors: [],
      }),
      documents: query({
        summary:
          'Documents of one type as they are stored, in the order of their creation: a JSON ' +
          'array of rows as base64',
        input: z.object({
          documentType: Code(60),
          state: Code(60).optional(),
          after: idSchema('document').optional(),
          limit: z.int().min(1).max(500),
        }),
        output: z.object({ page: Base64(490_000), next: idSchema('document').optional() }),
        errors: ['unknownDocumentType'],
      }),
      verify: query({
        summary: 'One sentence for each row that breaks a law',
        input: z.object({}),
        output: z.object({ faults: z.array(Text(300)).max(200) }),
        errors: [],
      }),
      find: query({
        summary: 'Documents of this domain that have this number or code',
        input: z.object({ number: Code(120) }),
        output: z.object({ documents: z.array(FoundDocument).max(foundMax) }),
        errors: [],
      }),
      lifecycles: query({
        summary: 'Number of documents by type, lifecycle version and state',
        input: z.object({ page: Count }),
        output: z.object({
          counts: z.array(LifecycleCount).max(lifecyclesPage),
          hasMore: z.boolean(),
        }),
        errors: [],
      }),
      moveLifecycle: command({
        summary: 'Moves documents to another version as mapped, or lists what it would move',
        input: z.object({
          documentType: Code(60),
          from: Version,
          to: Version,
          isDryRun: z.boolean(),
          after: idSchema('document').optional(),
          limit: z.int().min(1).max(200),
        }),
        output: z.object({
          moved: z.array(z.object({ from: Code(60), to: Code(60), documents: Count })).max(200),
          /** Those in a state that the way does not map: they end on their own version. */
          left: z.array(z.object({ state: Code(60), documents: Count })).max(200),
          /** Where the next page begins; absent: there are no more. */
          next: idSchema('document').optional(),
        }),
        errors: ['noSuchMove'],
      }),
      replay: command({
        summary:
          'Starts to rebuild every table from the events, compare it, and optionally swap it in',
        input: z.object({ isToSwap: z.boolean() }),
        output: z.object({}),
        errors: ['replayUnderWay'],
      }),
      replayState: query({
        summary: 'Result of the last replay, or progress of the current one',
        input: z.object({}),
        output: ReplayState,
        errors: [],
      }),
      deadLetters: query({
        summary: 'Events and timers that a handler could not handle, a page at a time',
        input: z.object({ after: Letter.optional() }),
        output: z.object({
          letters: z.array(FailedLetter).max(letterPage),
          /** Where the next page begins; absent on the last one. */
          next: Letter.optional(),
        }),
        errors: [],
      }),
      openTenant: command({
        summary: 'Creates the databases of a tenant, or restores a copy, and serves the tenant',
        input: z.object({ name: Code(60), copy: Code(60).optional() }),
        output: z.object({ name: Code(60) }),
        errors: ['badTenantName', 'unknownCopy'],
      }),
      tenants: query({
        summary: 'The tenants that are served, with their databases',
        input: z.object({ page: Count }),
        output: z.object({
          tenants: z.array(ServedTenant).max(tenantsPage),
          hasMore: z.boolean(),
        }),
        errors: [],
      }),
      stopTenant: command({
        summary: 'Stops serving a tenant; its databases stay as they are',
        input: z.object({ name: Code(60) }),
        /** False: this domain did not serve it. */
        output: z.object({ wasServed: z.boolean() }),
        errors: ['badTenantName', 'lastTenant'],
      }),
      setTenantAside: command({
        summary: 'Renames the database of a tenant that is not served, so that the name is free',
        /** 14 digits that name the copy: the moment of the removal. */
        input: z.object({ name: Code(60), copy: Code(60) }),
        /** What the database is called now; absent: there was none. */
        output: z.object({ database: Code(63).optional() }),
        errors: ['badTenantName', 'unknownCopy', 'tenantServed'],
      }),
      retry: command({
        summary: 'Retries a dead letter now',
        input: Letter,
        output: z.object({ handled: z.boolean() }),
        errors: ['unknownLetter'],
      }),
      skip: command({
        summary: 'Skips a dead letter for good; its event or timer is never handled',
        input: Letter,
        output: z.object({}),
        errors: ['unknownLetter'],
      }),
    },
    events: {
      lifecycleMoved: {
        version: 1,
        summary: 'A document moved to another version of its lifecycle',
        data: LifecycleMoved,
      },
    },
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
