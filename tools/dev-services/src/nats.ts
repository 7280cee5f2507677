// The shared nats-server of the test run, for tests that do not kill it.
import { natsOfThisRun, type NatsFacts } from './test-run.ts';

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
