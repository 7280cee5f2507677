/** The fleet on one machine: PostgreSQL, NATS and one process for each part of the enterprise
 * placement, kept alive. */
import { join, resolve } from 'node:path';
import { askInstance, holdInstance, startPostgres } from '@morrow/adapter-embedded-postgres';
import { sentenceOf } from './boot-faults.ts';
import { authorizationOf, brokerUsers, type BrokerUser } from './broker-config.ts';
import { claimKeyFile } from './claims.ts';
import { secureDataFolder } from './data-folder.ts';
import { Fleet } from './fleet-members.ts';
import { startNats } from './fleet-nats.ts';
import { refuseOtherMode } from './placement-record.ts';
import { dropServerFile, writeServerFile } from './server-file.ts';
import { placementWithPacks, readPlacement, type Placement } from './settings.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Launches the processes of the placement at once, each with credentials of its own: each waits
 * for those that it calls. */
async function launchAll(
  fleet: Fleet,
  { processes }: Placement,
  users: readonly BrokerUser[],
): Promise<void> {
  const credentialsOf = (name: string) =>
    process.env['M_NATS_CREDENTIALS'] ||
    users.find((user) => user.process === name)?.credentialsFile;
  const ordered = processes.toSorted((a, b) => Number(!!b.isGateway) - Number(!!a.isGateway));
  const launches = ordered.map(({ name, modules, isGateway }) =>
    fleet.launch({
      ...{ name, modules, credentials: credentialsOf(name) },
      port: isGateway ? Number(process.env['PORT'] || 3000) : 0,
    }),
  );
  await Promise.all(launches);
}

function printTable(fleet: Fleet, natsUrl: string): void {
  say('Morrow runs as a fleet');
  say(`  ${'process'.padEnd(10)} ${'hosts'.padEnd(24)} ${'pid'.padEnd(8)} address`);
  for (const { name, modules, child, url } of fleet.members)
    say(
      `  ${name.padEnd(10)} ${modules.join(', ').padEnd(24)} ` +
        `${String(child?.pid).padEnd(8)} ${url}`,
    );
  say(`  ${'nats'.padEnd(10)} ${'the bus'.padEnd(24)} ${''.padEnd(8)} ${natsUrl}`);
  say(`  next      npx --no morrow import retail sample`);
  say(`  help      npx --no morrow help`);
}

/** What ends with the fleet, the last opened first. */
const closers: (() => Promise<unknown>)[] = [];
async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

/** URL of NATS: one that exists, else a server of the fleet's own. */
async function natsFor(dataDirectory: string, users: readonly BrokerUser[]): Promise<string> {
  const { NATS_URL: known, NATS_SERVER: program } = process.env;
  if (known) return known;
  if (!program)
    throw new Error('There is no nats-server: apt-get install nats-server, or set NATS_URL.');
  const nats = await startNats(program, dataDirectory, authorizationOf(users), say);
  closers.push(() => nats.stop());
  return nats.url;
}

/** URL of PostgreSQL: one that exists, else the embedded one. */
async function postgresFor(dataDirectory: string): Promise<string> {
  const known = process.env['DATABASE_URL'];
  if (known) return known;
  const postgres = await startPostgres({
    directory: join(dataDirectory, 'postgres'),
    mayOpenParent: true,
  });
  closers.push(() => postgres.stop());
  const host = encodeURIComponent(postgres.socketDirectory);
  return `postgres://${postgres.user}@localhost:${postgres.port}/?host=${host}`;
}

async function start(): Promise<void> {
  const dataDirectory = resolve(process.env['M_DATA'] || '.data');
  secureDataFolder(dataDirectory);
  let gatewayUrl: string | undefined;
  const describe = () => ({ pid: process.pid, url: gatewayUrl });
  const held = await holdInstance(dataDirectory, describe);
  if (!held) {
    const other = await askInstance(dataDirectory);
    say(other ? `Already running (process ${other.pid}): open ${other.url}` : 'Try again.');
    process.exit(other ? 0 : 1);
  }
  let isStopping = false;
  const stop = async (exitCode: number) => {
    // npm passes a signal on to whom the terminal has told already
    if (isStopping) return;
    isStopping = true;
    dropServerFile(dataDirectory);
    await closeAll();
    process.exit(exitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
  refuseOtherMode(dataDirectory, 'enterprise');
  const placement = placementWithPacks(readPlacement('enterprise'), process.env);
  const isTrusted = process.env['NATS_URL'] && process.env['M_NATS_TRUSTED'] === 'yes';
  const users = isTrusted ? [] : await brokerUsers(placement, dataDirectory);
  const natsUrl = await natsFor(dataDirectory, users);
  const databaseUrl = await postgresFor(dataDirectory);
  const ground = { M_DATA: dataDirectory, NATS_URL: natsUrl, DATABASE_URL: databaseUrl };
  const claimKey = process.env['M_CLAIM_KEY'] || claimKeyFile(dataDirectory);
  const fleet = new Fleet({ ...process.env, ...ground, M_CLAIM_KEY: claimKey }, say);
  closers.push(() => fleet.stop());
  await launchAll(fleet, placement, users);
  gatewayUrl = fleet.members[0]?.url;
  writeServerFile(dataDirectory, placement, gatewayUrl);
  process.send?.({ ready: gatewayUrl });
  printTable(fleet, natsUrl);
}

start().catch(async (error: unknown) => {
  process.stderr.write(`\n  ${sentenceOf(error)}\n\n`);
  await closeAll();
  process.exit(1);
});
