// The log of PostgreSQL becomes one sentence for people.
import { expect, it } from 'vitest';
import { asProblem, diskFull, PostgresProblem, sentenceFor } from './problems.ts';

it.each([
  ['FATAL:  could not write lock file "postmaster.pid": No space left on device', diskFull],
  [
    'FATAL:  could not resize shared memory segment: No space left on device',
    'There is not enough shared memory for PostgreSQL: close programs or lower shared_buffers.',
  ],
  [
    'FATAL:  data directory "/x" has wrong ownership',
    'The data directory belongs to another user: start as its owner, or take it over (chown -R).',
  ],
])('%s', (log, sentence) => expect(sentenceFor(log)).toBe(sentence));

it('has no sentence for what it does not know', () => {
  expect(sentenceFor('LOG:  database system is ready to accept connections')).toBeUndefined();
});

it('says a failure of the file system in a sentence and keeps its cause', () => {
  const cause = new Error('ENOSPC: no space left on device, mkdir');
  expect(asProblem(cause)).toMatchObject({ tag: 'PostgresProblem', message: diskFull, cause });
});

it('leaves a problem as it is', () => {
  const problem = new PostgresProblem('So it is.');
  expect(asProblem(problem)).toBe(problem);
});
