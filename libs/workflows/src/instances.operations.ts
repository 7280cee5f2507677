/** Instances: where they stand, and what people decide about them. */
import { codecOf, platformError, unknownCursor, type CallContext } from '@morrow/contract';
import { nextOf, type Engines } from '@morrow/document-keeper';
import type { Id, Json } from '@morrow/kernel';
import {
  instanceOperations as specs,
  stepsPageMax,
  Workflows,
  type InstanceState,
} from '@morrow/protocol-workflows';
import {
  instanceStates,
  isOver,
  stuckSteps,
  workflowApproval,
  workflowInstance,
  type ApprovalRow,
  type Happening,
  type StoredInstance,
  type InstanceBook,
  type InstanceRow,
  type Told,
  type WorkflowEngine,
} from '@morrow/workflow-keeper';
import type { Definitions } from './definitions.ts';
import { nameVersionOf } from './workflow.document.ts';
import { shownApproval, shownHead, shownInstance, shownSteps } from './shown-instance.ts';

export interface InstanceTools {
  readonly engines: Engines;
  readonly book: InstanceBook;
  readonly engine: Pick<WorkflowEngine, 'expect'>;
  readonly definitions: Pick<Definitions, 'definitionsOf'>;
}
type InstanceOperations = Pick<Workflows, keyof typeof specs>;
type InstanceId = Id<'workflowInstance'>;

const personOf = ({ actor, onBehalfOf }: CallContext) => onBehalfOf ?? actor;
const movedOf = ({ id, state }: StoredInstance) => ({
  instanceId: id as InstanceId,
  state: state as InstanceState,
});

export function instancesOperations(tools: InstanceTools): InstanceOperations {
  const { engines, book, definitions } = tools;
  const { documents } = engines;
  const rowOf = async (instanceId: InstanceId, context: CallContext) => {
    const row = await documents(context).load(workflowInstance, instanceId);
    if (!row) throw Workflows.fail('unknownInstance', { instanceId });
    return row;
  };
  return {
    ...commanding(tools, rowOf),
    async instances({ after, limit, state, workflow }, context) {
      const where = { ...(state && { state }), ...(workflow && { workflow }) };
      const rows = await documents(context).list(workflowInstance, { after, limit, where });
      const next = nextOf<'workflowInstance'>(rows, { limit });
      return { instances: rows.map(shownInstance), next };
    },
    async instance({ instanceId, after }, context) {
      const row = await rowOf(instanceId, context);
      const held = await book.hold(context.tenant, row);
      const order = held?.machine.order ?? [];
      if (after !== undefined && !order.includes(after)) throw unknownCursor();
      const from = after === undefined ? 0 : order.indexOf(after) + 1;
      const names = order.slice(from, from + stepsPageMax);
      const steps = held ? await shownSteps(held, names) : [];
      const next = from + names.length < order.length ? names.at(-1) : undefined;
      const { output } = specs.instance;
      const head = codecOf(output).decode({ ...shownHead(row), steps: [] });
      return { ...head, steps, next };
    },
    async approvals({ after, limit, role, state = 'open' }, context) {
      const where = { state, ...(role && { role }) };
      const rows = await documents(context).list(workflowApproval, { after, limit, where });
      const next = nextOf<'workflowApproval'>(rows, { limit });
      return { approvals: rows.map(shownApproval), next };
    },
    async countInstances(_input, context) {
      const counts = [];
      for (const { name, version, hash } of await definitions.definitionsOf(context.tenant))
        for (const state of instanceStates) {
          const instances = await documents(context).count(workflowInstance, {
            workflow: name,
            hash,
            state,
          });
          if (instances) counts.push({ workflow: name, version, state, instances });
        }
      return { counts };
    },
  };
}

/** The same as of a document on a lifecycle that is not known here: whoever knows it goes on. */
function unknownDefinition({ fields }: InstanceRow) {
  const { workflow, definitionVersion } = fields;
  const mark = nameVersionOf(workflow, definitionVersion);
  const sentence = `The instance runs on ${mark}, which is not known here: it waits until it is.`;
  return platformError('workflows', 'unavailable', sentence, { reason: 'unknownDefinition' });
}

type Tell = (
  instanceId: InstanceId,
  happening: Happening,
  context: CallContext,
  answer: (held: StoredInstance) => unknown,
) => Promise<Told>;

/** Commands of people: each is heard by the instance, and the engine goes on with it. */
function commanding(
  { engines, book, engine }: InstanceTools,
  rowOf: (instanceId: InstanceId, context: CallContext) => Promise<InstanceRow>,
): Pick<InstanceOperations, 'decide' | 'retryStep' | 'skipStep' | 'resolveStep' | 'cancel'> {
  const tell: Tell = async (instanceId, happening, context, answer) => {
    engine.expect(context.tenant);
    const told = await book.tell(instanceId, happening, { context, answer });
    if (!told) throw unknownDefinition(await rowOf(instanceId, context));
    engine.expect(context.tenant);
    return told;
  };
  const free = async (
    { instanceId, step }: { readonly instanceId: InstanceId; readonly step: string },
    context: CallContext,
    happening: Happening,
  ) => {
    const { fields } = await rowOf(instanceId, context);
    const notStuck = () => Workflows.fail('notStuck', { instanceId, step });
    if (!stuckSteps(fields).includes(step)) throw notStuck();
    const { held, isStored } = await tell(instanceId, happening, context, movedOf);
    // somebody else decided about it in between
    if (!isStored) throw notStuck();
    return movedOf(held);
  };
  return {
    retryStep: (asked, context) => {
      const { step, note } = asked;
      return free(asked, context, { kind: 'retried', step, by: personOf(context), note });
    },
    skipStep: (asked, context) => {
      const { step, note } = asked;
      return free(asked, context, { kind: 'skipped', step, by: personOf(context), note });
    },
    resolveStep: (asked, context) => {
      const { step, note, output: text } = asked;
      const output = text === undefined ? null : (JSON.parse(text) as Json);
      const by = personOf(context);
      return free(asked, context, { kind: 'resolved', step, by, note, output });
    },
    async cancel({ instanceId, note }, context) {
      const refuseWhereOver = (state: string) => {
        if (isOver(state))
          throw Workflows.fail('isOver', { instanceId, state: state as InstanceState });
      };
      refuseWhereOver((await rowOf(instanceId, context)).state);
      const happening = { kind: 'cancelled', by: personOf(context), note } as const;
      const { held, isStored } = await tell(instanceId, happening, context, movedOf);
      if (!isStored) refuseWhereOver(held.state);
      return movedOf(held);
    },
    decide: deciding(engines, tell),
  };
}

/** An approval that was decided: the same decision again is told what stands, any other is
 * refused. */
function settledDecision(row: ApprovalRow, decision: 'approved' | 'rejected') {
  const { approvalId, state, by, decidedAt } = shownApproval(row);
  if (state === decision) return { approvalId, state };
  const how = [
    ...(by === undefined ? [] : [`by ${by}`]),
    ...(decidedAt ? [`on ${decidedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`] : []),
  ];
  const outcome = [state, ...how].join(' ').slice(0, 200);
  return Workflows.fail('alreadyDecided', { approvalId, state, by, decidedAt, outcome });
}

const deciding =
  ({ documents }: Engines, tell: Tell): InstanceOperations['decide'] =>
  async ({ approvalId, decision, note }, context) => {
    const load = async () => {
      const row = await documents(context).load(workflowApproval, approvalId);
      if (!row) throw Workflows.fail('unknownApproval', { approvalId });
      return row;
    };
    const standing = (row: ApprovalRow) => {
      const settled = settledDecision(row, decision);
      if (settled instanceof Error) throw settled;
      return settled;
    };
    const row = await load();
    if (row.state !== 'open') return standing(row);
    const { instance, step } = row.fields;
    const happening = { kind: 'decided', step, decision, by: personOf(context), note } as const;
    const output = { approvalId, state: decision };
    const { isStored } = await tell(instance as InstanceId, happening, context, () => output);
    // what stands was stored by whoever was faster, with the state of the instance
    return isStored ? output : standing(await load());
  };
