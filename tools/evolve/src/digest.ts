/** One hash over what the domains hold, so that two runs of the story can be compared, also in two
 * modes. Ids are aside as in `morrow digest`, and the moments of the run besides. */
import { createHash } from 'node:crypto';
import { keepingOf } from '@morrow/protocol-keeping';
import type { RunningCopy } from './running-copy.ts';

/** `text` with every moment from `begunAt` on as `now`: those of the file are long past. */
export const withoutNow = (text: string, begunAt: Date): string =>
  text.replaceAll(/"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/g, (all, moment: string) =>
    new Date(moment) < begunAt ? all : '"now"',
  );

/** Instances note how often they tried and what they waited for: that differs from run to run. */
const isCompared = (domain: string) => domain !== 'workflows';

/** In hexadecimal; the lines of a domain are sorted anew, since moments may have ordered them. */
export async function digestOf(
  { domains, port, context }: RunningCopy,
  begunAt: Date,
): Promise<string> {
  const hash = createHash('sha256');
  for (const domain of domains.filter(isCompared)) {
    const all: string[] = [];
    for (let page = 0, hasMore = true; hasMore; page++) {
      const answer = await port(keepingOf(domain)).digestLines({ page }, context());
      const text = Buffer.from(answer.lines, 'base64url').toString();
      all.push(...withoutNow(text, begunAt).split('\n'));
      hasMore = answer.hasMore;
    }
    hash.update(`${domain}\n${all.sort().join('\n')}\n`);
  }
  return hash.digest('hex');
}
