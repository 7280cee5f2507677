/** A fleet ends in order: its members first, then the database and the bus that they need. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNatsServer } from '@morrow/dev-services';
import { expect, it, onTestFinished } from 'vitest';
import { fleetProgram, fromSource } from '../worlds/programs.ts';

const found = await findNatsServer();

it.skipIf('missing' in found)(
  'ends quietly where all are told at once and twice: Ctrl+C under npm, which passes it on',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'morrow-fleet-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const known = /^(DATABASE_URL|NATS_URL|M_)/;
    const bare = Object.entries(process.env).filter(([name]) => !known.test(name));
    const nats = 'program' in found ? found.program : '';
    const own = { M_DATA: folder, NATS_SERVER: nats, PORT: '0' };
    const fleet = spawn(process.execPath, fromSource(fleetProgram), {
      env: { ...Object.fromEntries(bare), ...own },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a group of its own, as in a terminal
    });
    const ended = once(fleet, 'close') as Promise<[number | null]>;
    let output = '';
    const ready = new Promise<void>((done) => {
      for (const stream of [fleet.stdout, fleet.stderr])
        stream.on('data', (chunk: Buffer) => {
          output += chunk.toString();
          if (/^ {2}help .*\n/m.test(output)) done();
        });
    });
    await Promise.race([ready, ended]);
    process.kill(-(fleet.pid ?? 0), 'SIGINT');
    fleet.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(output.replace(/^[^]*\n {2}help .*\n/, '')).toBe('');
  },
  120_000,
);
