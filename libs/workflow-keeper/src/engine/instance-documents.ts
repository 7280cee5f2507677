/** The documents of workflows that run: instances, and what people are asked on the way. */
import { defineDocument, type DocumentType } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';
import { instanceGuards, instanceLifecycle } from '../instance-lifecycle.ts';
import { evolveInstance, type InstanceEvent, type InstanceFields } from '../instance.ts';

export const workflowInstance: DocumentType<InstanceFields> = defineDocument<InstanceFields>({
  name: 'workflowInstance',
  label: 'Workflow instance',
  scope: 'organization',
  lifecycles: [instanceLifecycle],
  guards: instanceGuards,
  fields: {
    workflow: { kind: 'text', label: 'Workflow', indexed: true },
    definitionVersion: { kind: 'integer', label: 'Version' },
    hash: { kind: 'text', label: 'Hash of the definition' },
    startKey: { kind: 'text', label: 'Started for', unique: true },
    segment: { kind: 'text', label: 'Segment', optional: true },
    onBehalfOf: { kind: 'text', label: 'On behalf of' },
    trace: { kind: 'text', label: 'Trace' },
    startedAt: { kind: 'instant', label: 'Started at' },
    endedAt: { kind: 'instant', label: 'Ended at', optional: true },
    deadlineAt: { kind: 'instant', label: 'Deadline', optional: true },
    trigger: { kind: 'json', label: 'Event that started it' },
    steps: { kind: 'json', label: 'Steps' },
    turn: { kind: 'json', label: 'Why it is undone', optional: true },
    parked: { kind: 'text', label: 'Why it is parked', optional: true },
    leasesLost: { kind: 'integer', label: 'Leases lost in a row' },
    output: { kind: 'json', label: 'Outcome', optional: true },
    problem: { kind: 'text', label: 'Why there is no outcome', optional: true },
  },
  evolve: (fields, event) => evolveInstance(fields, event as unknown as InstanceEvent),
});

export interface ApprovalFields extends JsonObject {
  /** Id of the instance. */
  readonly instance: string;
  readonly step: string;
  /** `instance/step`. */
  readonly stepKey: string;
  readonly workflow: string;
  readonly role: string;
  readonly title: string;
  readonly requestedAt: string;
  /** When the timeout decides; null: never. */
  readonly until: string | null;
  readonly decidedAt: string | null;
  /** Null where the timeout decided. */
  readonly by: string | null;
  readonly note: string | null;
}
export const approvalStates = ['open', 'approved', 'rejected', 'withdrawn'] as const;
export type ApprovalState = (typeof approvalStates)[number];

const approvalLifecycle = defineLifecycle({
  id: 'workflowApproval',
  version: 1,
  states: [...approvalStates],
  transitions: [
    { on: 'approvalRequested', from: [], to: 'open' },
    { on: 'approvalGranted', from: ['open'], to: 'approved' },
    { on: 'approvalRejected', from: ['open'], to: 'rejected' },
    { on: 'approvalWithdrawn', from: ['open'], to: 'withdrawn' },
  ],
});

/** Whether somebody agrees to a step; begins and ends in the commits of its instance. */
export const workflowApproval: DocumentType<ApprovalFields> = defineDocument<ApprovalFields>({
  name: 'workflowApproval',
  label: 'Approval',
  scope: 'organization',
  lifecycles: [approvalLifecycle],
  fields: {
    instance: { kind: 'link', label: 'Instance', to: 'workflows.workflowInstance' },
    step: { kind: 'text', label: 'Step' },
    stepKey: { kind: 'text', label: 'Step of its instance', indexed: true },
    workflow: { kind: 'text', label: 'Workflow' },
    role: { kind: 'text', label: 'Role', indexed: true },
    title: { kind: 'text', label: 'Question' },
    requestedAt: { kind: 'instant', label: 'Requested at' },
    until: { kind: 'instant', label: 'Decided by timeout at', optional: true },
    decidedAt: { kind: 'instant', label: 'Decided at', optional: true },
    by: { kind: 'text', label: 'Decided by', optional: true },
    note: { kind: 'text', label: 'Note', optional: true },
  },
  evolve(fields, { type, data }) {
    if (type === 'approvalRequested') {
      const { instance, step, workflow, role, title, at, until = null } = data;
      const stepKey = `${String(instance)}/${String(step)}`;
      const asked = { instance, step, stepKey, workflow, role, title, requestedAt: at, until };
      return { ...asked, decidedAt: null, by: null, note: null } as unknown as ApprovalFields;
    }
    const { at, by = null, note = null } = data;
    return { ...fields, decidedAt: at, by, note } as ApprovalFields;
  },
});
