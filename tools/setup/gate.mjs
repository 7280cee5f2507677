// The one gate, the same at hand and in CI: format, references, lint, build with types, tests; its
// last line counts.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, toolEnvironment } from './build.mjs';
import { localNode, modules, root } from './checkout.mjs';
import { findNatsServer } from './nats-server.mjs';
import { fail, say, since } from './say.mjs';

function step(title, args) {
  const start = Date.now();
  const run = spawnSync(localNode, args, { cwd: root, env: toolEnvironment(), encoding: 'utf8' });
  if (run.status !== 0) {
    process.stderr.write(`${run.stdout}${run.stderr}`);
    fail(`${title} failed, see above.`);
  }
  say(`${title}: ${since(start)}`);
}
const tool = (path) => join(modules, path);

/** Runs everything; resolves with the exit code. Further arguments go to vitest alone. */
export async function gate(args) {
  if (!args.length) {
    step('format', [tool('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']);
    step('references', [join(root, 'tools/workspace/sync.mjs'), '--check']);
    if (existsSync(join(root, 'eslint.config.mjs')))
      step('lint', [tool('eslint/bin/eslint.js'), '.', '--max-warnings', '0']);
  }
  await build();
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
