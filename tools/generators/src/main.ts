// `npm run new …`: writes the files of something new, and brings references and links in step.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeAll } from './change-set.ts';
import { generate, usage } from './generate.ts';
import { Refused } from './names.ts';

const root = resolve(import.meta.dirname, '../../..');
const say = (line: string) => process.stdout.write(`${line}\n`);
/** npm keeps `--dry-run` and `--event` to itself where they do not follow `--`. */
const kept = (name: string) => process.env[`npm_config_${name}`];

/** Runs the script that takes new packages in; tells whether it succeeded. */
function adopt(...args: readonly string[]): boolean {
  const script = resolve(root, 'tools/workspace/adopt.mjs');
  return spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' }).status === 0;
}

function asked() {
  const options = { 'dry-run': { type: 'boolean' }, event: { type: 'string' } } as const;
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    const [what = '', ...args] = positionals;
    const isDryRun = values['dry-run'] ?? kept('dry_run') === 'true';
    return { what, args, event: values.event ?? kept('event'), isDryRun };
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    throw new Refused(`${sentence}. It takes these:\n\n${usage}`, { cause: error });
  }
}

async function main(): Promise<void> {
  const { isDryRun, ...request } = asked();
  const changes = await generate(root, request);
  if (isDryRun) {
    for (const { path, text } of changes) say(`\n=== ${path}\n${text}`);
    return;
  }
  const wasInstalled = adopt('--check');
  writeAll(root, changes);
  for (const { path, isNew } of changes) say(`${isNew ? 'new    ' : 'changed'} ${path}`);
  if (!adopt(...(wasInstalled ? ['--installed'] : [])))
    throw new Refused('The files are written, the references are not: run npm run sync.');
  say('\nNext: npm test, or first read what was written: it is yours now.');
}

main().catch((error: unknown) => {
  const { message, stack = message } = error as Error;
  const text = error instanceof Refused ? message : stack;
  process.stderr.write(`\n  ${text}\n\n`);
  process.exit(1);
});
