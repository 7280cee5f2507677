/** Approvals as documents: they follow what becomes of the steps of their instance. */
import { transitionOf, type Reads, type Transition } from '@morrow/document-keeper';
import type { Ids } from '@morrow/kernel';
import type { InstanceFields, StepRecord } from '../instance.ts';
import { newEvent, type StoredInstance } from './stored-instance.ts';
import { workflowApproval } from './instance-documents.ts';

type Asked = StepRecord & { readonly role: string; readonly title: string };
const asks = (record: StepRecord): record is Asked => record.role !== null && record.title !== null;
const isOpen = (record: StepRecord | undefined): boolean => record?.state === 'open';

/** Transitions of the approvals that begin or end with what is not stored yet. */
export async function approvalsOf(
  held: StoredInstance,
  reads: Pick<Reads, 'findBy'>,
  ids: Ids,
): Promise<readonly Transition[]> {
  const { before, fields } = held;
  const old = (before?.fields as InstanceFields | undefined)?.steps ?? {};
  const asked = Object.entries(fields.steps).filter(([, record]) => asks(record));
  const begun = asked.filter(([step, record]) => isOpen(record) && !isOpen(old[step]));
  const ended = asked.filter(([step, record]) => !isOpen(record) && isOpen(old[step]));
  const keys = ended.map(([step]) => `${held.id}/${step}`);
  const rows = keys.length ? await reads.findBy(workflowApproval.name, 'stepKey', keys) : [];
  return [
    ...begun.map(([step, record]) => requested(held, step, record as Asked, ids.next())),
    ...rows
      .filter(({ state }) => state === 'open')
      .map((row) => {
        const record = fields.steps[String(row.fields['step'])];
        return transitionOf(workflowApproval, row, row.id, [decided(record, fields)]);
      }),
  ];
}

function requested(held: StoredInstance, step: string, record: Asked, id: string): Transition {
  const { role, title, begunAt: at, until } = record;
  const about = { instance: held.id, step, workflow: held.fields.workflow };
  const data = { ...about, role, title, at, ...(until !== null && { until }) };
  const event = newEvent({ type: 'approvalRequested', data });
  return transitionOf(workflowApproval, undefined, id, [event]);
}

function decided(record: StepRecord | undefined, fields: InstanceFields) {
  const { decision, ...how } = (record?.output ?? {}) as Record<string, string>;
  if (record?.state !== 'done' || (decision !== 'approved' && decision !== 'rejected')) {
    const at = record?.endedAt ?? record?.begunAt ?? fields.startedAt;
    const note = fields.turn?.sentence ?? 'A person has decided otherwise.';
    return newEvent({ type: 'approvalWithdrawn', data: { at, note } });
  }
  const type = decision === 'approved' ? 'approvalGranted' : 'approvalRejected';
  return newEvent({ type, data: how });
}
