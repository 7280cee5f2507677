/** Matches what some domains state with what the ledger booked for it, as both streams pass by:
 * what is matched is forgotten, so that memory holds only what has not met its counterpart yet. */

/** A sum that a domain states, in minor units; `source` is that of the entry which books it. */
export interface Stated {
  readonly source: string;
  readonly amount: bigint;
  /** Id of the document, and what it is for people: `order 536365 was shipped for`. */
  readonly id: string;
  readonly what: string;
}
/** What an entry booked for a source. */
export interface BookedSum {
  readonly source: string;
  readonly amount: bigint;
}
/** A stated sum without entry, an entry without stated sum, or both where they differ. */
export interface Mismatch {
  readonly source: string;
  readonly stated?: Stated | undefined;
  readonly booked?: bigint | undefined;
}

/** Kinds of sources by what they begin with, `sale`, and the stream that states theirs. */
export type Statements = Readonly<Record<string, AsyncIterable<Stated>>>;

interface Side {
  readonly stream: AsyncIterator<Stated>;
  readonly open: Map<string, Stated>;
  readonly unmet: Map<string, bigint>;
  isDone: boolean;
}

/** Gives a mismatch as soon as it is certain. A stated sum of zero needs no entry. */
export async function* mismatches(
  statements: Statements,
  entries: AsyncIterable<BookedSum & { readonly kind: string }>,
): AsyncIterable<Mismatch> {
  const sides = new Map(
    Object.entries(statements).map(([kind, stream]): [string, Side] => [
      kind,
      {
        stream: stream[Symbol.asyncIterator](),
        open: new Map<string, Stated>(),
        unmet: new Map<string, bigint>(),
        isDone: false,
      },
    ]),
  );
  const journal = entries[Symbol.asyncIterator]();
  let isJournalDone = false;
  for (;;) {
    const behind =
      [...sides.values()].find(({ open, unmet, isDone }) => !isDone && unmet.size > open.size) ??
      (isJournalDone ? [...sides.values()].find(({ isDone }) => !isDone) : undefined);
    if (behind) {
      const found = await pullStated(behind);
      if (found) yield found;
    } else if (!isJournalDone) {
      const { value, done } = await journal.next();
      const side = !done && sides.get(value.kind);
      if (done) isJournalDone = true;
      else if (side) {
        const found = meetEntry(side, value);
        if (found) yield found;
      }
    } else break;
  }
  for (const { open, unmet } of sides.values()) {
    for (const stated of open.values())
      if (stated.amount !== 0n) yield { source: stated.source, stated };
    for (const [source, booked] of unmet) yield { source, booked };
  }
}

async function pullStated(side: Side): Promise<Mismatch | undefined> {
  const { value: stated, done } = await side.stream.next();
  if (done) {
    side.isDone = true;
    return undefined;
  }
  const { source, amount } = stated as Stated;
  const booked = side.unmet.get(source);
  if (booked === undefined) {
    side.open.set(source, stated as Stated);
    return undefined;
  }
  side.unmet.delete(source);
  return booked === amount ? undefined : { source, stated: stated as Stated, booked };
}

function meetEntry({ open, unmet }: Side, { source, amount }: BookedSum): Mismatch | undefined {
  const stated = open.get(source);
  if (!stated) {
    unmet.set(source, amount);
    return undefined;
  }
  open.delete(source);
  return stated.amount === amount ? undefined : { source, stated, booked: amount };
}
