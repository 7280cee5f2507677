/** What keeps a process from starting: all of it, in sentences, listed together. */
import { systemSentence } from '@morrow/adapter-local';

/** All faults at once, so that a person can repair them in one go: unknown modules, settings that
 * contradict each other, packs that do not fit. */
export class BootFaults extends Error {
  override readonly name = 'BootFaults';
  readonly sentences: readonly string[];
  constructor(sentences: readonly string[]) {
    super(sentences.join('\n'));
    this.sentences = sentences;
  }
}

/** The sentence of an error for people. An error of the operating system gets one of its own; any
 * other error is expected to carry a sentence as its message. */
export function sentenceOf(error: unknown): string {
  // a sentence that was written for people wins over what the system said
  return systemSentence(error) ?? (error instanceof Error ? error.message : String(error));
}
