// Turns what went wrong below PostgreSQL into one sentence for the person at the terminal.
import { statfsSync } from 'node:fs';

/** Why PostgreSQL cannot serve; `message` is one sentence to show to people as it is. */
export class PostgresProblem extends Error {
  readonly tag = 'PostgresProblem';
  override readonly name = 'PostgresProblem';
}

/** Recognises the problem by its tag, so that a second copy of this package counts too. */
export const isPostgresProblem = (error: unknown): error is PostgresProblem =>
  error instanceof Error && 'tag' in error && error.tag === 'PostgresProblem';

export const diskFull =
  'The disk that holds the data directory is full: free some space and start again; ' +
  'nothing that was acknowledged is lost.';

const sentences: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /could not (create|map anonymous|resize) shared memory/i,
    'There is not enough shared memory for PostgreSQL: close programs or lower shared_buffers.',
  ],
  [/No space left on device|\bENOSPC\b/i, diskFull],
  [
    /has wrong ownership/i,
    'The data directory belongs to another user: start as its owner, or take it over (chown -R).',
  ],
  [
    /Permission denied|\bEACCES\b|\bEPERM\b/i,
    'PostgreSQL may not use its data directory: check who owns it and its parent folders.',
  ],
  [/Read-only file system|\bEROFS\b/i, 'The data directory is on a read-only file system.'],
  [
    /pre-existing shared memory block/i,
    'Processes of a killed PostgreSQL still use the data directory: wait a moment or end them.',
  ],
  [/lock file ".*" already exists/i, 'Another PostgreSQL already uses this data directory.'],
  [
    /incompatible with server|initialized by PostgreSQL version/i,
    'The data directory was written by another major version of PostgreSQL.',
  ],
  [
    /could not locate a valid checkpoint record|invalid primary checkpoint record/i,
    'The data directory is damaged: bring back a backup, or ask for help before changing anything.',
  ],
  [
    /unrecognized configuration parameter|invalid value for parameter|is outside the valid range/i,
    'One of the settings given to PostgreSQL is not valid.',
  ],
  [
    /cannot execute|error while loading shared libraries|Exec format error/i,
    'The PostgreSQL binaries do not run on this system: set DATABASE_URL to one of your own.',
  ],
];

/** The sentence for a piece of PostgreSQL's log, or undefined when no rule knows it. */
export const sentenceFor = (log: string): string | undefined =>
  sentences.find(([pattern]) => pattern.test(log))?.[1];

/** True below 1 MiB of free space, where PostgreSQL cannot even write its log. */
export function isDiskFull(directory: string): boolean {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize < 1024 * 1024;
}

/** Says a failure of the file system or of a child in one sentence; problems stay as they are. */
export function asProblem(error: unknown): PostgresProblem {
  if (isPostgresProblem(error)) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new PostgresProblem(sentenceFor(text) ?? `PostgreSQL cannot start: ${text}.`, {
    cause: error,
  });
}
