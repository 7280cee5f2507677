/** States what must hold; a failure is a mistake in our own code, never a person's. */

/** A broken invariant. Callers see `defect`, the log sees the sentence. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws when the condition does not hold; the sentence says what should have held. */
export function invariant(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new InvariantError(sentence);
}

/** The value, or an invariant error where it is absent. */
export function present<T>(value: T | undefined | null, sentence: string): T {
  invariant(value !== undefined && value !== null, sentence);
  return value;
}
