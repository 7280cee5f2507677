/** What keeps a process from starting: all of it, in sentences, listed together. */

export class BootFaults extends Error {
  override readonly name = 'BootFaults';
  readonly sentences: readonly string[];
  constructor(sentences: readonly string[]) {
    super(sentences.join('\n'));
    this.sentences = sentences;
  }
}

/** The sentence of an error for people: its message where it was written for them. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Error) {
    if ('code' in error && error.code === 'EADDRINUSE')
      return 'The port is in use by another program: start with another one, PORT=3001 npm start.';
    if ('code' in error && (error.code === 'ENOSPC' || error.code === '53100'))
      return 'The disk is full: free some space and start again; nothing acknowledged is lost.';
    return error.message;
  }
  return String(error);
}
