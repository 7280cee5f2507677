/** What a domain answers about its own records: events, lag, digest lines, laws and
 * dead letters. */
import type { CallContext } from '@morrow/contract';
import type { Store, Stores } from '@morrow/engines';
import { keepingOf, pageBytesMax, type About, type Keeping } from '@morrow/protocol-keeping';
import type { EventKeeper } from './event-keeper.ts';
import { packEvents } from './event-source.ts';
import type { Replays } from './replays.ts';

/** Lines of a digest from the page given on, as many as a page holds. */
async function digestPage(store: Store, page: number) {
  let at = 0;
  let bytes = 0;
  const lines: string[] = [];
  for await (const line of store.upkeep.digestLines()) {
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

/** What the process does to serve one more tenant; undefined where the name will not do. */
export type OpenTenant = (name: string) => Promise<void> | undefined;

export interface KeepingTools {
  readonly stores: Stores;
  readonly keeper: EventKeeper;
  readonly replays: Replays;
  readonly openTenant: OpenTenant;
  readonly about: About;
}

export function keepingOperations(
  domain: string,
  { stores, keeper, replays, openTenant, about }: KeepingTools,
): Keeping {
  const protocol = keepingOf(domain);
  const storeOf = (context: CallContext) => stores.of(context.tenant);
  return {
    about: async () => about,
    async eventsSince({ after, limit }, context) {
      const packedEvents = packEvents(await storeOf(context).eventsSince(after, limit));
      return packedEvents;
    },
    async lag(_input, context) {
      const store = storeOf(context);
      const { published, waiting } = await store.relay.position();
      const letters = await store.inbox.letters(1000);
      const handlers = await Promise.all(
        keeper.handlersOf(context.tenant).map(async ({ name, producer, position }) => {
          const handler = name.slice(domain.length + 1);
          const parked = letters.filter((letter) => letter.handler === handler).length;
          const marked = await store.inbox.watermark(handler, producer);
          return { name, producer, watermark: Math.max(marked, position), parked };
        }),
      );
      return { published, waiting, handlers };
    },
    digestLines: ({ page }, context) => digestPage(storeOf(context), page),
    async verify(_input, context) {
      const faults = await storeOf(context).upkeep.faults();
      return { faults: faults.slice(0, 200).map((fault) => fault.slice(0, 300)) };
    },
    async replay({ isToSwap }, context) {
      if (!(await replays.begin(context.tenant, isToSwap)))
        throw protocol.fail('replayUnderWay', {});
      return {};
    },
    replayState: (_input, context) => replays.state(context.tenant),
    async deadLetters(_input, context) {
      const letters = await storeOf(context).inbox.letters(100);
      return {
        letters: letters.map(({ handler, producer, number, attempts, sentence }) => ({
          handler,
          producer,
          number,
          attempts,
          sentence,
        })),
      };
    },
    async openTenant({ name }) {
      const opening = openTenant(name);
      if (!opening) throw protocol.fail('badTenantName', { name });
      await opening;
      return { name };
    },
    async retry({ handler, producer, number }, context) {
      const letters = await storeOf(context).inbox.letters(1000);
      const letter = letters.find((known) => known.handler === handler && known.number === number);
      const loop = keeper
        .handlersOf(context.tenant)
        .find((known) => known.name === `${domain}.${handler}` && known.producer === producer);
      if (!letter || !loop) throw protocol.fail('unknownLetter', { number });
      return { handled: await loop.retry(number, letter.attempts) };
    },
  };
}
