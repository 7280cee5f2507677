/** The context of a person's request: tenant, actor, deadline, trace and key, as the edge sees
 * them. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The key by which the CLI of this machine proves itself; made at the first start. */
export function commandLineKey(dataDirectory: string): string {
  const file = join(dataDirectory, 'cli.key');
  if (!existsSync(file)) {
    mkdirSync(dataDirectory, { recursive: true });
    writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(file, 'utf8').trim();
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Who acts: the CLI by its key, else the person at this machine. A wrong key is nobody. */
export function actorOf(authorization: string | undefined, key: string): string | undefined {
  if (authorization === undefined) return 'person:local';
  const given = /^Morrow-Key ([0-9a-f]+)$/.exec(authorization)?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(key)) ? 'cli:owner' : undefined;
}
