// Gives one vitest run its servers, started on first demand and ended with the run.
import { startPostgres, type EmbeddedPostgres } from '@morrow/adapter-embedded-postgres';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findNatsServer } from './nats.ts';
import { startNats, type TestNatsServer } from './nats-server.ts';
import { openDesk } from './service-desk.ts';
import type { NatsFacts, PostgresFacts } from './test-run.ts';

const prefix = 'morrow-test-';

/** Runs in vitest's main process. Returns what vitest calls after the last test. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  removeInterruptedRuns();
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  chmodSync(folder, 0o755);
  let postgres: EmbeddedPostgres | undefined;
  let nats: TestNatsServer | undefined;
  let missing: string | undefined;

  const desk = await openDesk(join(folder, 'desk.sock'), {
    async postgres(): Promise<PostgresFacts> {
      postgres = await startPostgres({
        directory: join(folder, 'postgres'),
        noSync: true,
        // The data ends with the run, so only a power cut could tell the difference.
        settings: { fsync: 'off', shared_buffers: '64MB' },
      });
      return { host: postgres.socketDirectory, port: postgres.port, user: postgres.user };
    },
    async nats(): Promise<NatsFacts> {
      const found = await findNatsServer();
      if ('missing' in found) {
        missing = found.missing;
        return found;
      }
      nats = await startNats({ directory: join(folder, 'nats') });
      return { url: nats.url };
    },
  });
  project.provide('morrowServiceDesk', join(folder, 'desk.sock'));

  return async () => {
    await desk.close();
    await Promise.all([postgres?.stop(), nats?.stop()]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    if (missing) console.log(`[setup] skipped: the NATS tests, because ${missing}`);
  };
}

/** Servers end with a run that was killed, its folder stays behind. Others' folders are theirs. */
function removeInterruptedRuns(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (!pid || isRunning(Number(pid))) continue;
    const folder = join(tmpdir(), name);
    const isOurs = statSync(folder, { throwIfNoEntry: false })?.uid === process.getuid?.();
    if (isOurs) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
