/** No handler has handled an event that its owner has not published. */
import { keepingOf } from '@morrow/protocol-keeping';
import type { Session } from '../session.ts';
import { breach, type Breach } from './law.ts';

export async function* handledEvents({ domains, port, context }: Session): AsyncIterable<Breach> {
  const read = async (domain: string) => ({
    domain,
    ...(await port(keepingOf(domain)).lag({}, context())),
  });
  // what handlers say is read first: the owners can only have published more since
  const handling = await Promise.all(domains.map(read));
  const published = new Map(
    (await Promise.all(domains.map(read))).map((lag) => [lag.domain as string, lag.published]),
  );
  for (const { handlers } of handling)
    for (const { name, producer, watermark } of handlers) {
      const last = published.get(producer);
      if (last !== undefined && watermark > last)
        yield breach(
          `${name} has handled events of ${producer} up to number ${watermark}, but ` +
            `${producer} has published only ${last}`,
        );
    }
}
