/** The documents of workflows that run: instances, and what people are asked on the way. */
import {
  defineRecord,
  documentOf,
  fields,
  type DocumentType,
  type FieldsOf,
} from '@morrow/contract';
import type { DocumentRow } from '@morrow/document-keeper';
import { present, type Json } from '@morrow/kernel';
import { Workflows } from '@morrow/protocol-workflows';
import { instanceGuards, instanceLifecycle } from '../instance-lifecycle.ts';
import { evolveInstance, type InstanceEvent, type InstanceFields } from '../instance.ts';

const Instance = defineRecord({
  name: 'workflowInstance',
  owner: 'workflows',
  title: { one: 'Workflow instance', many: 'Workflow instances' },
  scope: 'organization',
  fields: {
    workflow: fields.text({ label: 'Workflow', indexed: true }),
    definitionVersion: fields.integer({ label: 'Version' }),
    hash: fields.text({ label: 'Hash of the definition' }),
    startKey: fields.text({ label: 'Started for', unique: true }),
    segment: fields.text({ label: 'Segment', optional: true }),
    onBehalfOf: fields.text({ label: 'On behalf of' }),
    trace: fields.text({ label: 'Trace' }),
    startedAt: fields.instant({ label: 'Started at' }),
    endedAt: fields.instant({ label: 'Ended at', optional: true }),
    deadlineAt: fields.instant({ label: 'Deadline', optional: true }),
    trigger: fields.json<InstanceFields['trigger']>()({ label: 'Event that started it' }),
    steps: fields.json<InstanceFields['steps']>()({ label: 'Steps' }),
    turn: fields.json<NonNullable<InstanceFields['turn']>>()({
      label: 'Why it is undone',
      optional: true,
    }),
    parked: fields.text({ label: 'Why it is parked', optional: true }),
    leasesLost: fields.integer({ label: 'Leases lost in a row' }),
    output: fields.json<Json>()({ label: 'Outcome', optional: true }),
    problem: fields.text({ label: 'Why there is no outcome', optional: true }),
  },
  states: {
    running: 'Running',
    undoing: 'Undoing',
    stuck: 'Stuck',
    parked: 'Parked',
    done: 'Done',
    undone: 'Undone',
  },
});

export const workflowInstance: DocumentType<InstanceFields> = documentOf(Instance, {
  lifecycles: [instanceLifecycle],
  guards: instanceGuards,
  evolve: (held, event) => evolveInstance(held, event as unknown as InstanceEvent),
});
export type InstanceRow = DocumentRow<InstanceFields>;

export const approvalStates = ['open', 'approved', 'rejected', 'withdrawn'] as const;

/** Whether somebody agrees to a step; begins and ends in the commits of its instance. */
export const workflowApproval = documentOf(
  defineRecord({
    name: 'workflowApproval',
    owner: 'workflows',
    title: { one: 'Approval', many: 'Approvals' },
    scope: 'organization',
    fields: {
      instance: fields.link({ label: 'Instance', to: 'workflows.workflowInstance' }),
      step: fields.text({ label: 'Step' }),
      /** `instance/step`. */
      stepKey: fields.text({ label: 'Step of its instance', indexed: true }),
      workflow: fields.text({ label: 'Workflow' }),
      role: fields.text({ label: 'Role', indexed: true }),
      title: fields.text({ label: 'Question' }),
      requestedAt: fields.instant({ label: 'Requested at' }),
      /** Null: never. */
      until: fields.instant({ label: 'Decided by timeout at', optional: true }),
      decidedAt: fields.instant({ label: 'Decided at', optional: true }),
      /** Null where the timeout decided. */
      by: fields.text({ label: 'Decided by', optional: true }),
      note: fields.text({ label: 'Note', optional: true }),
    },
    states: {
      open: 'Open',
      approved: 'Approved',
      rejected: 'Rejected',
      withdrawn: 'Withdrawn',
    },
    moves: {
      request: { on: 'approvalRequested', to: 'open', takes: 'all' },
      grant: { on: 'approvalGranted', from: ['open'], to: 'approved', takes: ['by', 'note'] },
      reject: { on: 'approvalRejected', from: ['open'], to: 'rejected', takes: ['by', 'note'] },
      withdraw: { on: 'approvalWithdrawn', from: ['open'], to: 'withdrawn', takes: [] },
    },
  }),
  {
    events: Workflows,
    evolve(held, { type, data }) {
      switch (type) {
        case 'approvalRequested': {
          const { instance, step, workflow, role, title, at, until = null } = data;
          const stepKey = `${instance}/${step}`;
          const asked = { instance, step, stepKey, workflow, role, title, requestedAt: at, until };
          return { ...asked, decidedAt: null, by: null, note: null };
        }
        case 'approvalGranted':
        case 'approvalRejected': {
          const { at: decidedAt, by = null, note = null } = data;
          return { ...present(held, `${type} begins no approval`), decidedAt, by, note };
        }
        case 'approvalWithdrawn': {
          const { at: decidedAt, note } = data;
          return { ...present(held, `${type} begins no approval`), decidedAt, by: null, note };
        }
        default:
          throw new TypeError(`${type} is no event of an approval`);
      }
    },
  },
);
export type ApprovalRow = DocumentRow<FieldsOf<typeof workflowApproval>>;
