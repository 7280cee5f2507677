/** `morrow tenant`: the customers of the platform are added, listed, and removed with a copy. */
import { createInterface } from 'node:readline/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { keepingOf } from '@morrow/protocol-keeping';
import type { Report } from './report.ts';
import { openSession, type Session } from './session.ts';

type InSession = <Arguments extends unknown[]>(
  run: (session: Session, ...args: Arguments) => Promise<void>,
) => (...args: Arguments) => Promise<void>;
export interface TenantCommands {
  readonly inSession: InSession;
  print(report: Report, format: string): void;
}
interface Tenant {
  readonly name: string;
  readonly since: Date | undefined;
  /** Bytes on disk by database: domains may share one. */
  readonly databases: Map<string, number>;
}

/** The tenants that the domains serve, by name. */
async function tenantsOf({ domains, port, context }: Session): Promise<readonly Tenant[]> {
  const found = new Map<string, Tenant>();
  for (const domain of domains)
    for (let [page, hasMore] = [0, true]; hasMore; page++) {
      const answer = await port(keepingOf(domain)).tenants({ page }, context());
      ({ hasMore } = answer);
      for (const { name, since, database, bytes } of answer.tenants) {
        const known = found.get(name) ?? { name, since, databases: new Map<string, number>() };
        known.databases.set(database, bytes);
        found.set(name, known);
      }
    }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
async function listed(session: Session): Promise<Report> {
  const tenants = (await tenantsOf(session)).map(({ name, since, databases }) => {
    const bytes = [...databases.values()].reduce((sum, each) => sum + each, 0);
    return { name, since: since?.toISOString(), bytes, databases: [...databases.keys()] };
  });
  return {
    head: ['tenant', 'since', 'MB on disk'],
    rows: tenants.map(({ name, since, bytes }) => [
      name,
      since?.slice(0, 16).replace('T', ' ') ?? 'not known',
      megabytes(bytes),
    ]),
    json: tenants,
  };
}

async function isConfirmed(name: string): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const ask = `This removes the tenant ${name}. Its data is kept as a copy. Type its name: `;
  try {
    const ended = new Promise<string>((end) => asking.once('close', () => end('')));
    return (await Promise.race([asking.question(ask), ended])).trim() === name;
  } finally {
    asking.close();
  }
}

const digits = (at: Date) => at.toISOString().replaceAll(/\D/g, '').slice(0, 14);

/** Ends the work of all domains for the tenant first: they may share its database. */
async function remove({ domains, port, context }: Session, name: string): Promise<void> {
  const copy = digits(new Date());
  let wasServed = false;
  for (const domain of domains) {
    const stopped = await port(keepingOf(domain)).stopTenant({ name }, context());
    wasServed ||= stopped.wasServed;
  }
  const kept = new Set<string>();
  for (const domain of domains) {
    const { database } = await port(keepingOf(domain)).setTenantAside({ name, copy }, context());
    if (database !== undefined) kept.add(database);
  }
  if (!wasServed && !kept.size) throw new Error(`There is no tenant ${name}.`);
  console.log(`The tenant ${name} is removed. Its data is kept in ${[...kept].join(', ')}.`);
  console.log(`To restore it: npx --no morrow tenant add ${name} --from ${copy}`);
}

const copyOf = (text: string): string => {
  if (/^\d{14}$/.test(text)) return text;
  throw new InvalidArgumentError('Give the 14 digits that `tenant remove` printed.');
};

export function addTenants(program: Command, { inSession, print }: TenantCommands): void {
  const tenants = program
    .command('tenant')
    .description('manage tenants: businesses with data of their own');
  tenants
    .command('add <name>')
    .description('create the databases of a tenant and serve it')
    .option(
      '--from <copy>',
      'restore a tenant that was removed, by the 14 digits of its copy',
      copyOf,
    )
    .action(
      inSession(async (session, name: string, { from: copy }: { from?: string }) => {
        const { domains, port, context } = session;
        const input = { name, ...(copy === undefined ? {} : { copy }) };
        for (const domain of domains) await port(keepingOf(domain)).openTenant(input, context());
        console.log(`The tenant ${name} is ready.`);
      }),
    );
  tenants
    .command('list')
    .description('tenants, since when they are served, and their size')
    .option('--format <format>', 'table, csv or json', 'table')
    .action(
      inSession(async (session, { format }: { format: string }) =>
        print(await listed(session), format),
      ),
    );
  tenants
    .command('remove <name>')
    .description('stop serving a tenant; its data is kept as a copy')
    .option('--yes', 'do not ask for the name')
    .action(async (name: string, { yes }: { yes?: boolean }) => {
      if (!yes && !(await isConfirmed(name)))
        throw new Error(`Nothing was removed: the name was not ${name}.`);
      // asked as another tenant, since this one is gone halfway
      const asking = await openSession(program.opts<{ tenant: string }>().tenant);
      try {
        const other = (await tenantsOf(asking)).find((tenant) => tenant.name !== name);
        if (!other) throw new Error(`${name} is the only tenant, and one has to remain.`);
        await remove(asking.as(other.name), name);
      } finally {
        await asking.close();
      }
    });
}
