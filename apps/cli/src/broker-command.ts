/** The NATS server between the processes of a fleet: what one that exists has to be told. */
import type { Command } from 'commander';

/** Adds `morrow broker permissions`. It needs neither a running server nor the data of a business,
 * and prints the keys that exist again. */
export function addBroker(program: Command): void {
  program
    .command('broker')
    .description('the NATS server between the processes of a fleet')
    .command('permissions')
    .description('print the users and permissions for an existing NATS server; creates the keys')
    .option(
      '--placement <file>',
      'a file like those in deploy/placements; the enterprise by default',
    )
    .action(async ({ placement }: { placement?: string }) => {
      const { brokerConfiguration } = await import('@morrow/business');
      process.stdout.write(await brokerConfiguration(process.env, placement));
    });
}
