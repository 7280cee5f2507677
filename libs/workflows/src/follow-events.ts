/** Follows the events of all domains that are present: one reaction for each protocol. */
import type { CallContext, Protocol, Reaction } from '@morrow/contract';
import type { Session } from '@morrow/document-keeper';
import {
  concerns,
  takeIn,
  type InstanceBook,
  type Known,
  type WorkflowEngine,
} from '@morrow/workflow-keeper';

export interface Following {
  readonly present: readonly Protocol[];
  readonly book: InstanceBook;
  readonly engine: Pick<WorkflowEngine, 'expect'>;
  /** Every definition of the tenant. */
  knownTo(tenant: string): Promise<readonly Known[]>;
  /** The same, as far as it is in memory: undefined where nobody has asked yet. */
  knownNow(tenant: string): readonly Known[] | undefined;
}

export const followEvents = ({
  present,
  book,
  engine,
  knownTo,
  knownNow,
}: Following): readonly Reaction[] =>
  present
    .filter(({ spec }) => Object.keys(spec.events).length > 0)
    .map((protocol) => ({
      kind: 'reaction',
      name: `follow.${protocol.spec.name}`,
      on: protocol,
      events: Object.keys(protocol.spec.events),
      wants(tenant, type) {
        const known = knownNow(tenant);
        return !known || concerns(known, `${protocol.spec.name}.${type}`);
      },
      async handle(events, context: CallContext, session) {
        const known = await knownTo(context.tenant);
        engine.expect(context.tenant);
        await takeIn(book, known, protocol, events, context, session as Session);
        engine.expect(context.tenant);
      },
    }));
