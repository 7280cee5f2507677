/** What a domain answers about its own records: events, lag, digest lines, laws and
 * dead letters. */
import { unknownCursor, type CallContext, type DocumentType } from '@morrow/contract';
import type { DigestPage, Store, Stores } from '@morrow/engines';
import type { Clock, Id } from '@morrow/kernel';
import {
  keepingOf,
  letterPage,
  pageBytesMax,
  tenantsPage,
  type About,
  type Keeping,
  type ServedTenant,
} from '@morrow/protocol-keeping';
import { documentPage } from './document-pages.ts';
import type { EventKeeper } from './event-keeper.ts';
import { packEvents } from './event-source.ts';
import { findDocuments } from './find-documents.ts';
import { lifecycleOperations, unknownFault } from './lifecycles.ts';
import type { Replays } from './replays.ts';

/** Lines of a digest from a place on, as many as a page holds, in the order of storage. */
async function digestFrom(store: Store, from: string) {
  const page = await store.upkeep.digestLines(from, pageBytesMax);
  if (!page) throw unknownCursor();
  return { lines: packed(page.lines), hasMore: page.next !== undefined, next: page.next };
}
/** One page of all lines, sorted, for callers of a release that asks for pages by their number. */
async function digestPage(store: Store, page: number) {
  const sorted: string[] = [];
  for (let from: string | undefined = ''; from !== undefined;) {
    const read: DigestPage | undefined = await store.upkeep.digestLines(from, pageBytesMax);
    sorted.push(...(read?.lines ?? []));
    from = read?.next;
  }
  let at = 0;
  let bytes = 0;
  const lines: string[] = [];
  for (const line of sorted.sort()) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > pageBytesMax) {
      if (at === page) return { lines: packed(lines), hasMore: true };
      at++;
      bytes = Buffer.byteLength(line) + 1;
      lines.length = 0;
    }
    lines.push(line);
  }
  return { lines: packed(at === page ? lines : []), hasMore: false };
}
const packed = (lines: readonly string[]) => Buffer.from(lines.join('\n')).toString('base64url');

/** What a process does with the tenants of a domain. */
export interface TenantTools {
  isName(text: string): boolean;
  isCopyName(text: string): boolean;
  /** Serves a tenant, from a copy where one is named; throws an error named `UnknownCopy`. */
  open(name: string, copy?: string): Promise<void>;
  /** Whether no tenant would remain. */
  isLast(name: string): boolean;
  /** Serves it no more; whether it was served. */
  stop(name: string): Promise<boolean>;
  /** New name of the database of a tenant; undefined where there is none. */
  setAside(name: string, copy: string): Promise<string | undefined>;
  list(): Promise<readonly ServedTenant[]>;
}

export interface KeepingTools {
  readonly stores: Stores;
  readonly keeper: EventKeeper;
  readonly replays: Replays;
  readonly tenantTools: TenantTools;
  readonly about: About;
  readonly clock: Clock;
  readonly documents: readonly DocumentType[];
}

export function keepingOperations(
  domain: string,
  { stores, keeper, replays, tenantTools, about, clock, documents }: KeepingTools,
): Keeping {
  const protocol = keepingOf(domain);
  const storeOf = (context: CallContext) => stores.of(context.tenant);
  const lifecycles = lifecycleOperations(domain, { stores }, clock, documents);
  return {
    about: async () => about,
    async eventsSince({ after, limit }, context) {
      const packedEvents = packEvents(await storeOf(context).eventsSince(after, limit));
      return packedEvents;
    },
    async lag(_input, context) {
      const store = storeOf(context);
      const { published, waiting } = await store.relay.position();
      const standings = await store.inbox.standings();
      const handlers = keeper.handlersOf(context.tenant).map(({ name, producer, position }) => {
        const standing = standings.find(
          (known) => `${domain}.${known.handler}` === name && known.producer === producer,
        );
        const { watermark = 0, parked = 0 } = standing ?? {};
        return { name, producer, watermark: Math.max(watermark, position), parked };
      });
      return { published, waiting, handlers };
    },
    async find({ number }, context) {
      return { documents: [...(await findDocuments(storeOf(context), documents, number))] };
    },
    digestLines: ({ page, after }, context) =>
      after === undefined
        ? digestPage(storeOf(context), page)
        : digestFrom(storeOf(context), after),
    async documents(asked, context) {
      const page = await documentPage(storeOf(context), documents, asked);
      const { documentType } = asked;
      if (!page) throw protocol.fail('unknownDocumentType', { documentType });
      return page;
    },
    async verify(_input, context) {
      const { counts } = await lifecycles.lifecycles({ page: 0 }, context);
      const unknown = counts.filter(({ isKnown }) => !isKnown).map(unknownFault);
      const faults = [...unknown, ...(await storeOf(context).upkeep.faults())];
      return { faults: faults.slice(0, 200).map((fault) => fault.slice(0, 300)) };
    },
    async replay({ isToSwap }, context) {
      if (!(await replays.begin(context.tenant, isToSwap)))
        throw protocol.fail('replayUnderWay', {});
      return {};
    },
    replayState: (_input, context) => replays.state(context.tenant),
    ...tenancy(domain, stores, tenantTools),
    ...dealing(domain, stores, keeper),
    ...lifecycles,
  };
}

type Tenancy = Pick<Keeping, 'openTenant' | 'tenants' | 'stopTenant' | 'setTenantAside'>;

/** Tenants are added, listed, and removed with a copy. */
function tenancy(domain: string, stores: Stores, tools: TenantTools): Tenancy {
  const protocol = keepingOf(domain);
  const refuseBad = (name: string, copy?: string) => {
    if (!tools.isName(name)) throw protocol.fail('badTenantName', { name });
    if (copy !== undefined && !tools.isCopyName(copy))
      throw protocol.fail('unknownCopy', { name, copy });
  };
  return {
    async openTenant({ name, copy }) {
      refuseBad(name, copy);
      try {
        await tools.open(name, copy);
      } catch (error) {
        if (copy === undefined || (error as Error).name !== 'UnknownCopy') throw error;
        throw protocol.fail('unknownCopy', { name, copy });
      }
      return { name };
    },
    async tenants({ page }) {
      const all = await tools.list();
      const tenants = all.slice(page * tenantsPage, (page + 1) * tenantsPage);
      return { tenants, hasMore: all.length > (page + 1) * tenantsPage };
    },
    async stopTenant({ name }) {
      refuseBad(name);
      if (tools.isLast(name)) throw protocol.fail('lastTenant', { name });
      return { wasServed: await tools.stop(name) };
    },
    async setTenantAside({ name, copy }) {
      refuseBad(name, copy);
      if (stores.tenants().includes(name)) throw protocol.fail('tenantServed', { name });
      const database = await tools.setAside(name, copy);
      return database === undefined ? {} : { database };
    },
  };
}

type Letter = Parameters<Keeping['retry']>[0];
type Letters = Awaited<ReturnType<Keeping['deadLetters']>>['letters'];

/** A page of what failed: timers first, then events. */
async function lettersAfter(
  domain: string,
  { inbox, timers }: Store,
  after: Letter | undefined,
): Promise<Letters> {
  const isAmongTimers = !after || after.timer !== undefined;
  const page = { after: after?.timer, limit: letterPage };
  const failed = isAmongTimers ? await timers.failed(page) : [];
  const limit = letterPage - failed.length;
  const events = await inbox.letters({ after: isAmongTimers ? undefined : after, limit });
  return [
    ...failed.map(({ id, name: handler, attempts, sentence }) => ({
      ...{ handler, producer: domain, number: 0, timer: id as Id<'timer'> },
      ...{ attempts, sentence },
    })),
    ...events.map(({ retryAt: _, ...letter }) => letter),
  ];
}

/** What people do about work that failed: of events, and of timers. */
function dealing(
  domain: string,
  stores: Stores,
  keeper: EventKeeper,
): Pick<Keeping, 'deadLetters' | 'retry' | 'skip'> {
  const protocol = keepingOf(domain);
  const unknown = ({ number }: Letter) => protocol.fail('unknownLetter', { number });
  return {
    async deadLetters({ after }, { tenant }) {
      const letters = await lettersAfter(domain, stores.of(tenant), after);
      const last = letters.length === letterPage ? letters.at(-1) : undefined;
      if (!last) return { letters };
      const { handler, producer, number } = last;
      return { letters, next: { handler, producer, number, timer: last.timer } };
    },
    async retry(asked, { tenant }) {
      const { handler, producer, number, timer } = asked;
      const store = stores.of(tenant);
      if (timer !== undefined) {
        const loop = keeper.timerLoopOf(tenant);
        if (!loop || !(await store.timers.failedOne(timer))) throw unknown(asked);
        return { handled: await loop.retry(timer) };
      }
      const letter = await store.inbox.letter({ handler, producer, number });
      const loop = keeper
        .handlersOf(tenant)
        .find((known) => known.name === `${domain}.${handler}` && known.producer === producer);
      if (!letter || !loop) throw unknown(asked);
      return { handled: await loop.retry(letter) };
    },
    async skip(asked, { tenant }) {
      const { handler, producer, number, timer } = asked;
      const isGone = await stores
        .of(tenant)
        .transact('letter.skip', async (session) =>
          timer === undefined
            ? session.settle(handler, producer, number)
            : (await session.takeFailedTimer(timer)) !== undefined,
        );
      if (!isGone) throw unknown(asked);
      return {};
    },
  };
}
