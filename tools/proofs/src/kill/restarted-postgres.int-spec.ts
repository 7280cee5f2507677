/** PostgreSQL itself is killed and started again, time after time, while a server takes up the
 * instances that a dead one has left. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '@morrow/adapter-embedded-postgres';
import { Workflows } from '@morrow/protocol-workflows';
import { expect, it, onTestFinished } from 'vitest';
import { expectAllEnded } from './expect-all-ended.ts';
import { persist } from './persist.ts';
import { place, play, prepare, query, stageOf, type Kind } from './played-workflows.ts';
import { startServer } from './server-under-test.ts';

const orders = 60;
const kinds = ['forward', 'back'] as const satisfies readonly Kind[];
const restartsMax = 5;

/** A PostgreSQL of this test alone: what it has said yes to is on the disk. */
async function ownPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-kill-postgres-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  chmodSync(folder, 0o755);
  const server = await startPostgres({
    directory: join(folder, 'data'),
    noSync: true,
    settings: { shared_buffers: '64MB' },
    report: () => undefined,
  });
  onTestFinished(() => server.stop());
  return {
    facts: { host: server.socketDirectory, port: server.port, user: server.user },
    /** Kills the postmaster, as `kill -9` or an immediate stop does; resolves when
     * another serves. */
    async restart(signal: 'SIGKILL' | 'SIGQUIT'): Promise<number> {
      const again = new Promise<number>((serves) => {
        const forget = server.onRestart(({ pid }) => {
          forget();
          serves(pid);
        });
      });
      process.kill(server.pid, signal);
      return again;
    },
  };
}

it('instances are taken up while PostgreSQL is killed: all end, each step once', async () => {
  const own = await ownPostgres();
  const facts = { postgres: own.facts, settings: { M_WORKFLOW_LEASE_MS: '1000' } };
  const server = await startServer(facts, {});
  onTestFinished(() => server.close());
  const stage = stageOf(server, facts);
  const { world } = stage;
  await prepare(stage);
  const numbers = Array.from({ length: orders }, (_, at) => ({
    kind: kinds[at % kinds.length] ?? 'forward',
    number: `${kinds[at % kinds.length]}-${Math.floor(at / kinds.length) + 1}`,
  }));
  await Promise.all(numbers.map(({ number }) => place(stage, number)));
  /** Instances by what becomes of them: begun, and over. */
  const standing = async () => {
    const [row] = await query<{ begun: number; over: number }>(
      stage,
      `select count(*)::int as begun,
         count(*) filter (where state in ('done', 'undone'))::int as over
       from workflows.workflow_instance`,
    );
    return row ?? { begun: 0, over: 0 };
  };
  while ((await standing()).begun < orders / 2) await pause(10);
  const atDeath = await standing();
  server.kill();
  expect(atDeath.over).toBeLessThan(orders);
  const pids = new Set<number>();
  const seen: number[] = [];
  for (let { over } = atDeath; seen.length < restartsMax;) {
    // as soon as something moves again
    while ((await standing()).over === over) await pause(5);
    ({ over } = await standing());
    if (over === orders) break;
    seen.push(over);
    pids.add(await own.restart(seen.length % 2 ? 'SIGKILL' : 'SIGQUIT'));
  }
  await Promise.all(numbers.map(({ kind, number }) => play(stage, kind, number)));
  const told = `${atDeath.over} at death, ${seen.join(', ')} when PostgreSQL was killed`;
  process.stdout.write(`Of ${orders} instances over: ${told}\n`);
  expect(pids.size).toBe(seen.length);
  expect(pids.size).toBeGreaterThan(1);
  const { counts } = await persist(() => world.port(Workflows).countInstances({}, world.context()));
  expect(counts.reduce((sum, { instances }) => sum + instances, 0)).toBe(orders);
  await expectAllEnded(stage, new Map(kinds.map((kind) => [kind, orders / kinds.length])));
}, 300_000);
