/** The import of a real file into a server with its own PostgreSQL: lines a second, and memory. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Figure, Load } from './figures.ts';

const root = resolve(import.meta.dirname, '../../..');
const fullFile = resolve(
  root,
  process.env['M_BENCH_FILE'] ?? '../shared/data/online-retail-2010-12_2011-02.csv.gz',
);
const sample = resolve(root, 'deploy/samples/online-retail-2010-12.csv.gz');
const sampleEveryMs = 100;
/** As `npm start` has it: a young generation that grows large keeps what a short burst has left. */
const serverFlags = ['--max-semi-space-size=8'];

const megabytesOf = (pid: number | undefined): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
};

export async function importing({ isQuick }: Load): Promise<readonly Figure[]> {
  const file = !isQuick && existsSync(fullFile) ? fullFile : sample;
  const built = (app: string) => join(root, `apps/${app}/dist/main.js`);
  if (!existsSync(built('business'))) throw new Error('the checkout is not built: npm run build.');
  const folder = mkdtempSync(join(tmpdir(), 'morrow-bench-import-'));
  const env = { ...process.env, M_DATA: folder, PORT: '0', LOG_LEVEL: 'error' };
  const server = spawn(process.execPath, [...serverFlags, built('business')], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise((done) => server.once('exit', done));
  try {
    await new Promise((ready) => server.once('message', ready));
    const measured: number[] = [];
    const sampling = setInterval(() => measured.push(megabytesOf(server.pid)), sampleEveryMs);
    const client = spawn(process.execPath, [built('cli'), 'import', 'retail', file], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    client.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await new Promise((done) => client.once('exit', done));
    clearInterval(sampling);
    const [, lines, , rate] = /^(\d+) lines in ([\d.]+) s, (\d+) a second/.exec(text) ?? [];
    if (!rate) throw new Error(`the import did not end: ${text.slice(-300)}`);
    const half = measured.slice(0, measured.length >> 1);
    const rest = measured.slice(measured.length >> 1);
    return [
      {
        name: 'end to end, until the last event is handled',
        value: Number(rate),
        unit: '1/s',
        bar: { atLeast: 3000 },
        detail: `${lines} lines`,
      },
      {
        name: 'memory of the server, highest',
        value: Math.max(...measured),
        unit: 'MB',
        bar: { atMost: 400 },
      },
      {
        name: 'memory of the second half over the first, highest',
        value: Math.max(...rest) / Math.max(...half),
        unit: '×',
      },
    ];
  } finally {
    server.kill('SIGTERM');
    await ended;
    spawnSync('sync');
    rmSync(folder, { recursive: true, force: true });
  }
}
