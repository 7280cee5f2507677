/** What waits and breaks no law: dead letters, events on their way, orders without stock, imports
 * and workflow instances that have not ended. */
import type { Id } from '@morrow/kernel';
import { keepingOf } from '@morrow/protocol-keeping';
import { Imports, runsPageMax } from '@morrow/protocol-imports';
import { Orders } from '@morrow/protocol-orders';
import { lettersOf } from '../dead-letters.ts';
import { haltedFaults } from '../laws-across.ts';
import type { Session } from '../session.ts';
import { eventsOf, hosts, paged } from './law.ts';

/** Dead letters as sentences, and the documents that their events are about. */
export interface DeadLetters {
  readonly sentences: readonly string[];
  readonly about: ReadonlySet<string>;
}
export async function deadLetters(session: Session): Promise<DeadLetters> {
  const { domains } = session;
  const sentences: string[] = [];
  const about = new Set<string>();
  for (const domain of domains) {
    for await (const letter of lettersOf(session, domain)) {
      const { handler, producer, number, timer, attempts, sentence } = letter;
      const what = timer === undefined ? `event ${number} of ${producer}` : `the timer ${timer}`;
      sentences.push(
        `${domain}: ${handler} could not handle ${what} (attempts: ${attempts}): ${sentence}`,
      );
      if (timer !== undefined || !domains.includes(producer)) continue;
      for await (const event of eventsOf(session, producer, number - 1)) {
        about.add(event.streamId);
        break;
      }
    }
  }
  return { sentences, about };
}

async function waitingOrders({ port, context, domains }: Session): Promise<readonly string[]> {
  if (!hosts({ domains }, 'orders')) return [];
  const { states } = await port(Orders).countByState({}, context());
  const waiting = states.find(({ state }) => state === 'awaitingStock')?.orders ?? 0;
  return waiting ? [`orders: ${waiting} waiting for stock`] : [];
}

async function openImports({ port, context, domains }: Session): Promise<readonly string[]> {
  if (!hosts({ domains }, 'masters')) return [];
  const runs = paged(async (after: Id<'import'> | undefined) => {
    const page = await port(Imports).list({ after, limit: runsPageMax }, context());
    return { items: page.runs, next: page.next };
  });
  const found: string[] = [];
  for await (const { file, status, isAbandoned } of runs)
    if (status === 'running') found.push(`masters: the import of ${file} is running`);
    else if (status === 'failed' && !isAbandoned)
      found.push(
        `masters: the import of ${file} did not finish; import the file again, or abandon it`,
      );
  return found;
}

async function undelivered({ domains, port, context }: Session): Promise<readonly string[]> {
  const lags = await Promise.all(
    domains.map(async (domain) => ({
      domain,
      ...(await port(keepingOf(domain)).lag({}, context())),
    })),
  );
  const published = new Map(lags.map((lag) => [lag.domain as string, lag.published]));
  return lags.flatMap(({ domain, waiting, handlers }) => [
    ...(waiting ? [`${domain}: ${waiting} events are not published yet`] : []),
    ...handlers.flatMap(({ name, producer, watermark }) => {
      const behind = (published.get(producer) ?? 0) - watermark;
      return behind > 0 ? [`${name}: ${behind} events of ${producer} are not handled yet`] : [];
    }),
  ]);
}

/** A sentence for each item that waits, dead letters aside. */
export const pendingItems = async (session: Session): Promise<readonly string[]> => [
  ...(await waitingOrders(session)),
  ...(await openImports(session)),
  ...(await undelivered(session)),
  ...(await haltedFaults(session)),
];
