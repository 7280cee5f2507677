/** Versions of lifecycles in use: who is on which, and the mapped ways from one to another. */
import { lifecycleMoved, type DocumentType } from '@morrow/contract';
import {
  commitChange,
  eventOf,
  transitionOf,
  type DocumentRow,
  type Engines,
} from '@morrow/document-keeper';
import { pinOf, present, type Clock, type Id, type LifecyclePin } from '@morrow/kernel';
import {
  keepingOf,
  lifecyclesPage,
  type Keeping,
  type LifecycleCount,
} from '@morrow/protocol-keeping';

/** Whether a type knows the pin here, and whether nothing leads on to another state. */
function standing(type: DocumentType | undefined, pin: LifecyclePin, state: string) {
  const found = type?.lifecycles.find(({ version }) => version === pin.version);
  const isKnown = found !== undefined && pinOf(found).hash === pin.hash;
  const isEnd =
    isKnown && !found.transitions.some(({ from, to }) => from.includes(state) && to !== state);
  return { isKnown, isEnd };
}

/** What a person reads of documents that wait for a release which knows their lifecycle. */
export const unknownFault = ({ documentType, documents, state, id, version }: LifecycleCount) =>
  `${documents} of ${documentType} in state ${state} wait: ${id}@${version} is not known here`;

export function lifecycleOperations(
  domain: string,
  engines: Pick<Engines, 'stores'>,
  clock: Clock,
  documents: readonly DocumentType[],
): Pick<Keeping, 'lifecycles' | 'moveLifecycle'> {
  const protocol = keepingOf(domain);
  const typeNamed = (name: string) => documents.find((type) => type.name === name);
  return {
    async lifecycles({ page }, { tenant }) {
      const counted = await engines.stores.of(tenant).upkeep.lifecycles();
      const counts = counted.map(({ documentType, lifecycle, state, documents: n }) => {
        const { isKnown, isEnd } = standing(typeNamed(documentType), lifecycle, state);
        return {
          documentType,
          ...lifecycle,
          state,
          documents: n,
          isKnown,
          isEnd,
        } as LifecycleCount;
      });
      const [from, to] = [page * lifecyclesPage, (page + 1) * lifecyclesPage];
      return { counts: counts.slice(from, to), hasMore: counts.length > to };
    },
    async moveLifecycle({ documentType, from, to, isDryRun, after, limit }, context) {
      const type = typeNamed(documentType);
      const way = type?.moves?.find((move) => move.from === from && move.to === to);
      if (!type || !way) throw protocol.fail('noSuchMove', { documentType, from, to });
      const target = pinOf(
        present(
          type.lifecycles.find(({ version }) => version === to),
          'checked',
        ),
      );
      const moving = { type, target, states: way.states };
      const page = { after, limit, where: { lifecycleVersion: String(from) } };
      return commitChange(engines, clock, context, async () => {
        const rows = await engines.stores.of(context.tenant).list(documentType, page);
        const output = { ...tallyOf(rows, way.states), next: nextAfter(rows, limit) };
        return { transitions: isDryRun ? [] : transitionsOf(domain, rows, moving), output };
      });
    },
  };
}

const nextAfter = (rows: readonly DocumentRow[], limit: number) =>
  rows.length === limit ? (rows.at(-1)?.id as Id<'document'>) : undefined;

interface Moving {
  readonly type: DocumentType;
  readonly target: LifecyclePin;
  readonly states: Readonly<Record<string, string>>;
}
const transitionsOf = (
  domain: string,
  rows: readonly DocumentRow[],
  { type, target, states }: Moving,
) =>
  rows.flatMap((row) => {
    const state = states[row.state];
    if (state === undefined) return [];
    const moved = { documentType: type.name, from: row.lifecycle, to: target, state };
    return transitionOf(type, row, row.id, [eventOf(keepingOf(domain), lifecycleMoved, moved)]);
  });

/** How many go from where to where, and how many stay. */
function tallyOf(rows: readonly DocumentRow[], states: Moving['states']) {
  const counted = new Map<string, number>();
  for (const { state } of rows) counted.set(state, (counted.get(state) ?? 0) + 1);
  const all = [...counted].map(([state, documents]) => ({ state, to: states[state], documents }));
  return {
    moved: all.flatMap(({ state, to, documents }) =>
      to === undefined ? [] : [{ from: state, to, documents }],
    ),
    left: all.flatMap(({ state, to, documents }) =>
      to === undefined ? [{ state, documents }] : [],
    ),
  };
}
