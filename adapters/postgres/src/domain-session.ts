/** Sessions of a domain: logged in as its role, and nobody else. */
import type pg from 'pg';
import { openClient, type ServerAddress } from './connections.ts';
import { ensureRole, isLoginRefused, rolePassword } from './domain-role.ts';
import { asAdminInTurn } from './migrate.ts';
import { schemaFingerprint, type SchemaPlan } from './schema-fingerprint.ts';

/** Opens a session of the domain's role. Where the server does not let it in, its password is set
 * anew, once: the secret of the installation may be another one now. */
export async function openSession(
  server: ServerAddress,
  database: string,
  { domain, role }: SchemaPlan,
  { isSchemaSet = true } = {},
): Promise<pg.Client> {
  const session = {
    user: role,
    password: rolePassword(server, role),
    schema: isSchemaSet ? domain : undefined,
  };
  try {
    return await openClient(server, database, session);
  } catch (error) {
    if (!isLoginRefused(error)) throw error;
    await asAdminInTurn(server, (client) => ensureRole(client, server, role, true));
    return openClient(server, database, session);
  }
}

interface Reach {
  readonly mine: boolean | null;
  readonly others: readonly string[];
  readonly mark: string | null;
}

/** Brings the schema up where it does not say that it stands as the plan wants it. A role that
 * could make tables or read another domain's would break the walls between domains: throws. */
export async function verifySchema(
  client: pg.ClientBase,
  plan: SchemaPlan,
  prepare: () => Promise<void>,
): Promise<void> {
  const { domain } = plan;
  const { rows } = await client.query<Reach>(
    `select has_schema_privilege(current_user, n.oid, 'create') as mine,
       obj_description(n.oid, 'pg_namespace') as mark,
       array(select nspname::text from pg_namespace where nspname not like 'pg\\_%'
         and nspname not in ('information_schema', 'public', $1)
         and has_schema_privilege(current_user, oid, 'usage')) as others
     from (select (select oid from pg_namespace where nspname = $1) as oid) n`,
    [domain],
  );
  const [found] = rows;
  if (found?.mark !== schemaFingerprint(plan)) await prepare();
  if (found?.mine || found?.others.length)
    throw new Error(
      `The role of ${domain} may do more than it should: ` +
        `make tables, or read ${found.others.join(', ')}.`,
    );
}
