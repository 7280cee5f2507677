/** The digest: one hash over all that the books, the stock and the orders hold, ids and clock
 * aside. */
import { createHash } from 'node:crypto';
import { keepingOf, type Keeping } from '@morrow/protocol-keeping';
import type { Session } from './session.ts';

/** Every canonical line, each with its domain before it, in order. */
export async function* digestLines({ domains, port, context }: Session): AsyncIterable<string> {
  for (const domain of domains) {
    const lines: string[] = [];
    for (let after: string | undefined = ''; after !== undefined;) {
      const asked = { page: 0, after };
      const answer: Answer = await port(keepingOf(domain)).digestLines(asked, context());
      const text = Buffer.from(answer.lines, 'base64url').toString();
      if (text) lines.push(...text.split('\n'));
      after = answer.next;
    }
    for (const line of lines.sort()) yield `${domain} ${line}`;
  }
}
type Answer = Awaited<ReturnType<Keeping['digestLines']>>;

export async function digestOf(session: Session, onLine: (line: string) => void): Promise<string> {
  const hash = createHash('sha256');
  for await (const line of digestLines(session)) {
    hash.update(line).update('\n');
    onLine(line);
  }
  return hash.digest('hex');
}
