/** Commands of a run that began again: what an earlier attempt stored is answered again, and what
 * was refused then is decided anew. */
import { isFinal, isProtocolError, type CallContext } from '@morrow/contract';
import { steady } from './steady.ts';

/** How often the run has begun, and the context of a step: the same key in every process that
 * continues the same attempt. */
export interface Attempts {
  /** From 1. */
  readonly attempt: number;
  keyed(step: string, attempt: number): CallContext;
}

/** The answer of the first attempt that was not refused, or the refusal of this one. */
export async function decided<Output>(
  { attempt, keyed }: Attempts,
  step: string,
  call: (context: CallContext) => Promise<Output>,
): Promise<Output> {
  for (let at = 1; ; at++)
    try {
      return await steady(() => call(keyed(step, at)));
    } catch (error) {
      const isRefused = isProtocolError(error) && isFinal(error.fault);
      if (!isRefused || at >= attempt) throw error;
    }
}

/** What became of one document of a batch. */
export interface Result {
  readonly refused?: Refused | undefined;
}
export interface Refused {
  readonly code: string;
  readonly subject: string;
  readonly sentence?: string | undefined;
}

/** The results of a batch by position; documents that an earlier attempt refused are sent again. */
export async function decidedEach<Document>(
  { attempt, keyed }: Attempts,
  step: string,
  documents: readonly Document[],
  send: (some: readonly Document[], context: CallContext) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  let left = documents.map((document, at) => ({ document, at }));
  const results: Result[] = [];
  for (let times = 1; times <= attempt && left.length; times++) {
    const some = left.map(({ document }) => document);
    const answers = await steady(() => send(some, keyed(step, times)));
    for (const [n, { at }] of left.entries()) results[at] = answers[n] ?? {};
    left = left.filter(({ at }) => results[at]?.refused);
  }
  return results;
}
