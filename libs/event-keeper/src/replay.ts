/** Replay: derives a domain's tables from its events beside those in use, compares, and may swap
 * them in. */
import { upcast, type DocumentType, type History, type Protocol } from '@morrow/contract';
import { replayed, replaySteps } from '@morrow/document-keeper';
import type {
  Comparison,
  Derived,
  EntryRow,
  Rebuild,
  StepsOf,
  StockFact,
  Stream,
  ValueMovements,
} from '@morrow/engines';
import { present } from '@morrow/kernel';
import { decoded } from './event-source.ts';

/** What a domain's rows are derived by. */
export interface Derivation {
  readonly documents: readonly DocumentType[];
  readonly protocols: readonly Protocol[];
  readonly history?: History | undefined;
}
export interface ReplayResult {
  readonly events: number;
  readonly tables: readonly Comparison[];
  /** Streams that cannot be told, a sentence each: nothing is swapped while there is one. */
  readonly faults: readonly string[];
  readonly isSwapped: boolean;
}
const faultsMax = 20;

/** Rows that a stream gives, and the steps of its document; both throw a sentence where it cannot
 * be told. */
export function deriving({ documents, protocols, history }: Derivation) {
  const types = new Map(documents.map((type) => [type.name, type]));
  const byName = new Map(protocols.map((protocol) => [protocol.spec.name, protocol]));
  const protocolOf = (name: string) =>
    present(byName.get(name), `${name} is a protocol of this domain`);
  const recorded = ({ id, events }: Stream) =>
    events.map((event) => {
      const { protocol, type, streamVersion, at } = event;
      const data = decoded(protocolOf(protocol), event);
      return { protocol, type, data, streamId: id, streamVersion, at: new Date(at) };
    });
  /** The stream as evolve reads it: data of every event in the wire form of its present version. */
  const inPresentForm = (stream: Stream): Stream => ({
    ...stream,
    events: stream.events.map((event) => {
      const { protocol, type, schemaVersion, data } = event;
      return { ...event, data: upcast(protocolOf(protocol).spec, type, schemaVersion, data) };
    }),
  });
  const derive = (stream: Stream): Derived => {
    const type = types.get(stream.documentType);
    const needsHistory = history?.entries ?? history?.stock;
    const events = needsHistory ? recorded(stream) : [];
    return {
      streamId: stream.id,
      document: type && documentOf(type, inPresentForm(stream)),
      entries: (history?.entries?.(events) ?? []) as readonly EntryRow[],
      facts: (history?.stock?.(events) ?? []) as readonly StockFact[],
    };
  };
  const steps: StepsOf = (stream) => {
    const type = types.get(stream.documentType);
    return type ? replaySteps(type, inPresentForm(stream)) : [];
  };
  return { derive, steps };
}

const documentOf = (type: DocumentType, stream: Stream) => ({
  documentType: type.name,
  row: replayed(type, stream),
  createdAt: stream.events[0]?.at ?? '',
  updatedAt: stream.events.at(-1)?.at ?? '',
});

/** Runs a rebuild to its end. Tells how many events it has read. */
export async function replay(
  rebuild: Rebuild,
  derivation: Derivation,
  isToSwap: boolean,
  onProgress: (read: number) => Promise<void>,
): Promise<ReplayResult> {
  const { derive, steps } = deriving(derivation);
  const newValuer = (derivation.history?.newValuer ?? (() => () => [])) as () => ValueMovements;
  const faults: string[] = [];
  let events = 0;
  for await (const streams of rebuild.streams()) {
    const rows: Derived[] = [];
    for (const stream of streams) {
      events += stream.events.length;
      try {
        rows.push(derive(stream));
      } catch (error) {
        if (faults.length < faultsMax) faults.push((error as Error).message);
      }
    }
    await rebuild.write(rows);
    await onProgress(events);
  }
  await rebuild.settle(newValuer());
  const tables = await rebuild.compare(steps);
  const isSwapped = isToSwap && !faults.length;
  if (isSwapped) await rebuild.swap(derive, newValuer);
  return { events, tables, faults, isSwapped };
}
