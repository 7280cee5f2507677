// The one gate, the same at hand and in CI: format, references, catalog, lint, build with types,
// tests; its last line counts.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, toolEnvironment } from './build.mjs';
import { localNode, modules, root } from './checkout.mjs';
import { findNatsServer } from './nats-server.mjs';
import { fail, say, since } from './say.mjs';

/** Runs a check; resolves with what it printed where it failed. */
function step(title, args) {
  const start = Date.now();
  return new Promise((done) => {
    const run = spawn(localNode, args, { cwd: root, env: toolEnvironment() });
    let printed = '';
    for (const stream of [run.stdout, run.stderr]) stream.on('data', (part) => (printed += part));
    run.on('close', (status) => {
      if (status === 0) say(`${title}: ${since(start)}`);
      done(status === 0 ? undefined : { title, printed });
    });
  });
}
/** Format, references, catalog and lint, side by side; ends the gate where one fails. */
async function check() {
  const eslint = ['lint', [tool('eslint/bin/eslint.js'), '.', '--max-warnings', '0']];
  const steps = [
    ['format', [tool('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']],
    ['references', [join(root, 'tools/workspace/sync.mjs'), '--check']],
    [
      'catalog',
      ['--conditions=@morrow/source', join(root, 'tools/catalog/src/main.ts'), '--check'],
    ],
    ...(existsSync(join(root, 'eslint.config.mjs')) ? [eslint] : []),
  ];
  const all = await Promise.all(steps.map(([title, args]) => step(title, args)));
  const failed = all.filter(Boolean);
  for (const { printed } of failed) process.stderr.write(printed);
  if (failed.length) fail(`Failed, see above: ${failed.map(({ title }) => title).join(', ')}.`);
}
const tool = (path) => join(modules, path);

/** Runs everything; resolves with the exit code. Further arguments go to vitest alone. */
export async function gate(args) {
  await Promise.all([build(), ...(args.length ? [] : [check()])]);
  const { server, reason } = findNatsServer(say);
  const folder = mkdtempSync(join(tmpdir(), 'morrow-test-'));
  const report = join(folder, 'report.json');
  const env = {
    ...toolEnvironment(),
    ...(server ? { NATS_SERVER: server } : { NATS_SKIP_REASON: reason }),
  };
  const vitest = [
    tool('vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...args,
  ];
  const child = spawn(localNode, vitest, {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const code = await new Promise((done) => child.on('close', (status) => done(status ?? 1)));
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  rmSync(folder, { recursive: true, force: true });
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0 } = counts;
  if (!server) say(`${reason} The enterprise tests did not run.`);
  console.log(
    `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} ` +
      `skipped${server ? '' : ', enterprise: not run'}`,
  );
  const isMissing = !server && process.env.CI === 'true';
  return code !== 0 || numPassedTests === 0 || isMissing ? 1 : 0;
}
