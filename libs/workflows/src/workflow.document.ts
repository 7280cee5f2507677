/** The published definition of a workflow: one version of it, whose content never changes. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';

export interface WorkflowFields extends JsonObject {
  readonly name: string;
  /** Of the workflow; `version` is the row's. */
  readonly ofVersion: number;
  /** `fulfilOrder@3`: unique. */
  readonly nameVersion: string;
  readonly hash: string;
  /** Null for all customers that have no segment of their own. */
  readonly segment: string | null;
  readonly publishedBy: string;
  /** When it was resumed: events of before do not start it; null where it was not. */
  readonly resumedAt: string | null;
  /** The file as it was published: base64url of UTF-8. */
  readonly text: string;
}

const open = ['published', 'paused'] as const;
const lifecycle = defineLifecycle({
  id: 'workflow',
  version: 1,
  states: [...open, 'retired'],
  transitions: [
    { on: 'workflowPublished', from: [], to: 'published' },
    { on: 'workflowPaused', from: ['published'], to: 'paused' },
    { on: 'workflowResumed', from: ['paused'], to: 'published' },
    { on: 'workflowRetired', from: open, to: 'retired' },
  ],
});

export const nameVersionOf = (name: string, version: number): string => `${name}@${version}`;

export const workflow = defineDocument<WorkflowFields>({
  name: 'workflow',
  label: 'Workflow',
  scope: 'organization',
  numberField: 'nameVersion',
  lifecycles: [lifecycle],
  fields: {
    name: { kind: 'text', label: 'Name', indexed: true },
    ofVersion: { kind: 'integer', label: 'Version' },
    nameVersion: { kind: 'text', label: 'Name and version', unique: true },
    hash: { kind: 'text', label: 'Hash' },
    segment: { kind: 'text', label: 'Customer segment', optional: true },
    publishedBy: { kind: 'text', label: 'Published by' },
    resumedAt: { kind: 'instant', label: 'Resumed at', optional: true },
    text: { kind: 'text', label: 'Text' },
  },
  evolve(fields, { type, data }) {
    if (type === 'workflowResumed')
      return { ...fields, resumedAt: data['at'] } as unknown as WorkflowFields;
    if (type !== 'workflowPublished') return fields as WorkflowFields;
    const { name, version, hash, segment = null, by, text } = data;
    const nameVersion = nameVersionOf(String(name), Number(version));
    const begun = { name, ofVersion: version, nameVersion, hash, segment, publishedBy: by };
    return { ...begun, resumedAt: null, text } as unknown as WorkflowFields;
  },
});
