/** Follows the events of all domains that are present. */
import type { Session } from '@morrow/document-keeper';
import { followAll } from '@morrow/event-keeper';
import {
  concerns,
  takeIn,
  type InstanceBook,
  type Known,
  type WorkflowEngine,
} from '@morrow/workflow-keeper';

export interface Following {
  readonly book: InstanceBook;
  readonly engine: Pick<WorkflowEngine, 'expect'>;
  /** Every definition of the tenant. */
  knownTo(tenant: string): Promise<readonly Known[]>;
  /** The same, as far as it is in memory: undefined where nobody has asked yet. */
  knownNow(tenant: string): readonly Known[] | undefined;
}

export const followEvents = followAll(
  {
    name: 'follow',
    summary: 'Starts workflows, and continues those that wait for the event',
    form: 'wire',
  },
  ({ book, engine, knownTo, knownNow }: Following, protocol) => ({
    wants(tenant, type) {
      const known = knownNow(tenant);
      return !known || concerns(known, `${protocol.spec.name}.${type}`);
    },
    async handle(events, context, session: Session) {
      const known = await knownTo(context.tenant);
      engine.expect(context.tenant);
      await takeIn(book, known, protocol, events, context, session);
      engine.expect(context.tenant);
    },
  }),
);
