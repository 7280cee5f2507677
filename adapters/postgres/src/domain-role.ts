/** The role that a domain's sessions log in as: it owns nothing, and the session is nobody else, so
 * that leaving the role gains nothing. */
import { createHash, createHmac, hkdfSync, pbkdf2Sync } from 'node:crypto';
import type pg from 'pg';
import type { ServerAddress } from './connections.ts';

const derived = (secret: string, purpose: string, bytes: number) =>
  Buffer.from(hkdfSync('sha256', secret, 'morrow', purpose, bytes));

/** Password of a role, derived from the secret of the installation; undefined without one. */
export const rolePassword = ({ roleSecret }: ServerAddress, role: string): string | undefined =>
  roleSecret === undefined
    ? undefined
    : derived(roleSecret, `password of ${role}`, 24).toString('base64url');

const iterations = 4096;
/** What PostgreSQL keeps of a password (RFC 5803), so that the password itself is in no statement
 * and in no log. */
export function scramVerifier(password: string, salt: Buffer): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const server = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`;
}

const mayNotCode = '42501';
/** Makes the role where it is missing, and lets it log in with the password of today. */
export async function ensureRole(
  client: pg.ClientBase,
  server: ServerAddress,
  role: string,
  isRefused = false,
): Promise<void> {
  const text = 'select rolcanlogin as "mayLogIn" from pg_roles where rolname = $1';
  const [found] = (await client.query<{ mayLogIn: boolean }>(text, [role])).rows;
  if (found?.mayLogIn && !isRefused) return;
  const password = rolePassword(server, role);
  const salt = derived(server.roleSecret ?? '', `salt of ${role}`, 16);
  const proof = password === undefined ? '' : ` password '${scramVerifier(password, salt)}'`;
  try {
    await client.query(`${found ? 'alter' : 'create'} role "${role}" login${proof}`);
  } catch (cause) {
    if ((cause as { code?: string }).code !== mayNotCode) throw cause;
    const missing = found
      ? `may not let the role ${role} log in`
      : `may not create the role ${role}`;
    throw new Error(
      `The database user ${server.user} ${missing}: give it CREATEROLE (and CREATEDB), ` +
        'or name another user in DATABASE_URL.',
      { cause },
    );
  }
}

/** Whether the server refused who wanted to log in: the role may not, or its password is
 * another. */
export const isLoginRefused = (error: unknown): boolean =>
  ['28P01', '28000'].includes((error as { code?: string }).code ?? '');
