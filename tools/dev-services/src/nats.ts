// Which nats-server tests run, and the one that a whole test run shares.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { natsOfThisRun, type NatsFacts } from './test-run.ts';

export type FoundNatsServer =
  | { readonly program: string }
  /** Why there is none, to print where tests are skipped. */
  | { readonly missing: string };

/** The program that the set-up finds or fetches: `NATS_SERVER`, the path, the cache, Debian. */
export async function findNatsServer(): Promise<FoundNatsServer> {
  const finder = join(import.meta.dirname, '../../setup/nats-server.mjs');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [finder]);
  return stdout ? { program: stdout } : { missing: stderr.trim() };
}

let known: Promise<NatsFacts> | undefined;

/**
 * Ask at the top of a spec, then `describe.skipIf('missing' in nats)` with the reason in the title.
 * The run prints the reason last. With MORROW_REQUIRE_NATS set, it rejects instead of skipping.
 */
export async function testNats(): Promise<NatsFacts> {
  known ??= natsOfThisRun();
  const facts = await known;
  if ('missing' in facts && process.env['MORROW_REQUIRE_NATS']) throw new Error(facts.missing);
  return facts;
}
