/** The digest: one hash over all that the books, the stock and the orders hold, ids and clock
 * aside. */
import { createHash } from 'node:crypto';
import { keepingOf } from '@morrow/protocol-keeping';
import type { Session } from './session.ts';

/** Every canonical line, each with its domain before it, in order. */
export async function* digestLines({ domains, port, context }: Session): AsyncIterable<string> {
  for (const domain of domains)
    for (let page = 0; ; page++) {
      const answer = await port(keepingOf(domain)).digestLines({ page }, context());
      const text = Buffer.from(answer.lines, 'base64url').toString();
      for (const line of text ? text.split('\n') : []) yield `${domain} ${line}`;
      if (!answer.hasMore) break;
    }
}

export async function digestOf(session: Session, onLine: (line: string) => void): Promise<string> {
  const hash = createHash('sha256');
  for await (const line of digestLines(session)) {
    hash.update(line).update('\n');
    onLine(line);
  }
  return hash.digest('hex');
}
