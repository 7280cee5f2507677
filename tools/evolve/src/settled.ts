/** Waits until a business has come to rest: every event is handled, and what is still under way
 * waits for a person or for goods. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Id } from '@morrow/kernel';
import { keepingOf } from '@morrow/protocol-keeping';
import { Workflows, type InstanceSummary } from '@morrow/protocol-workflows';
import type { Session } from './running-copy.ts';

const pollMs = 200;
const giveUpMs = 120_000;

/** What an instance is waiting for. */
export interface Waiting {
  readonly orderId: string;
  readonly version: number;
  readonly isForPerson: boolean;
}

export async function instancesOf({ port, context }: Session): Promise<InstanceSummary[]> {
  const all: InstanceSummary[] = [];
  for (let after: Id<'workflowInstance'> | undefined; ;) {
    const page = await port(Workflows).instances({ after, limit: 100 }, context());
    all.push(...page.instances);
    after = page.next;
    if (after === undefined) return all;
  }
}
export const orderIdOf = ({ startKey }: Pick<InstanceSummary, 'startKey'>): string =>
  startKey.slice(startKey.indexOf('|') + 1);

/** Events that are not handled yet, in all domains together. */
async function behind({ port, context }: Session, domains: readonly string[]): Promise<number> {
  const lags = await Promise.all(
    domains.map(
      async (domain) => [domain, await port(keepingOf(domain)).lag({}, context())] as const,
    ),
  );
  const published = new Map<string, number>(lags.map(([domain, lag]) => [domain, lag.published]));
  let left = 0;
  for (const [domain, { waiting, handlers }] of lags) {
    left += waiting;
    for (const { name, producer, watermark, parked } of handlers) {
      if (parked) throw new Error(`${name} of ${domain} could not handle ${parked} events`);
      left += Math.max(0, (published.get(producer) ?? 0) - watermark);
    }
  }
  return left;
}

/** What it waits for; undefined while it goes on by itself. */
async function waitingOf(
  { port, context }: Session,
  summary: InstanceSummary,
): Promise<Waiting | undefined> {
  const { instanceId, workflow, version, startKey, state, sentence } = summary;
  if (state !== 'running')
    throw new Error(`${workflow}@${version} of ${startKey} is ${state}: ${sentence}`);
  const { steps } = await port(Workflows).instance({ instanceId }, context());
  const open = steps.filter((step) => step.state === 'open');
  const isResting = open.every(
    ({ kind, until }) => kind === 'approval' || (kind === 'await' && !until),
  );
  if (!open.length || !isResting) return undefined;
  const isForPerson = open.some(({ kind }) => kind === 'approval');
  return { orderId: orderIdOf(summary), version, isForPerson };
}

const isOver = ({ state }: InstanceSummary) => state === 'done';

/** What is still under way when nothing moves any more; each of `orders` has started one. */
export async function settled(
  session: Session,
  domains: readonly string[],
  orders: number,
): Promise<readonly Waiting[]> {
  let last = '';
  for (let since = performance.now(); ; await pause(pollMs)) {
    const left = await behind(session, domains);
    const all = await instancesOf(session);
    const open = all.filter((each) => !isOver(each));
    const seen = `${left} events, ${all.length} of ${orders} flows begun, ${open.length} open`;
    if (left === 0 && all.length === orders && seen === last) {
      const waiting = await Promise.all(open.map((each) => waitingOf(session, each)));
      if (waiting.every((each) => each !== undefined)) return waiting as Waiting[];
    }
    if (seen !== last) since = performance.now();
    last = seen;
    if (performance.now() - since > giveUpMs) throw new Error(`Nothing moves any more: ${seen}`);
  }
}
