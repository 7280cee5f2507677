/** Dead letters of a domain, read to the last page. */
import { keepingOf, type Keeping } from '@morrow/protocol-keeping';
import type { Session } from './session.ts';

type Page = Awaited<ReturnType<Keeping['deadLetters']>>;
/** An event of `producer` by its number, or a timer of the domain by its id. */
export type ListedLetter = Page['letters'][number];

/** Timers first, then events by handler, producer and number. */
export async function* lettersOf(
  { port, context }: Pick<Session, 'port' | 'context'>,
  domain: string,
): AsyncIterable<ListedLetter> {
  for (let after: Page['next'] = undefined; ;) {
    const page: Page = await port(keepingOf(domain)).deadLetters({ after }, context());
    yield* page.letters;
    after = page.next;
    if (!after) return;
  }
}
