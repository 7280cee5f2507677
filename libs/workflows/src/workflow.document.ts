/** The published definition of a workflow: one version of it, whose content never changes. */
import { defineRecord, documentOf, fields, type FieldsOf } from '@morrow/contract';
import type { DocumentRow } from '@morrow/document-keeper';
import { present } from '@morrow/kernel';
import { Workflows } from '@morrow/protocol-workflows';

export const nameVersionOf = (name: string, version: number): string => `${name}@${version}`;

export const workflow = documentOf(
  defineRecord({
    name: 'workflow',
    owner: 'workflows',
    title: { one: 'Workflow', many: 'Workflows' },
    known: { by: 'nameVersion' },
    scope: 'organization',
    fields: {
      name: fields.text({ label: 'Name', indexed: true, once: true }),
      /** Of the workflow; `version` is the row's. */
      ofVersion: fields.integer({ label: 'Version', once: true }),
      /** `fulfilOrder@3`. */
      nameVersion: fields.text({ label: 'Name and version', unique: true, once: true }),
      hash: fields.text({ label: 'Hash', once: true }),
      /** Null for all customers that have no segment of their own. */
      segment: fields.text({ label: 'Customer segment', optional: true, once: true }),
      publishedBy: fields.text({ label: 'Published by', once: true }),
      /** When it was resumed: events of before do not start it. */
      resumedAt: fields.instant({ label: 'Resumed at', optional: true }),
      /** The file as it was published: base64url of UTF-8. */
      text: fields.text({ label: 'Text', once: true }),
    },
    states: { published: 'Published', paused: 'Paused', retired: 'Retired' },
    moves: {
      publish: { on: 'workflowPublished', to: 'published', takes: 'all' },
      pause: { on: 'workflowPaused', from: ['published'], to: 'paused', takes: [] },
      resume: { on: 'workflowResumed', from: ['paused'], to: 'published', takes: [] },
      retire: { on: 'workflowRetired', from: ['published', 'paused'], to: 'retired', takes: [] },
    },
  }),
  {
    events: Workflows,
    evolve(held, { type, data }) {
      if (type === 'workflowPublished') {
        const { name, version: ofVersion, hash, segment = null, by: publishedBy, text } = data;
        const nameVersion = nameVersionOf(name, ofVersion);
        const begun = { name, ofVersion, nameVersion, hash, segment, publishedBy };
        return { ...begun, resumedAt: null, text };
      }
      const before = present(held, `${type} begins no workflow`);
      return type === 'workflowResumed' ? { ...before, resumedAt: data.at } : before;
    },
  },
);
export type WorkflowRow = DocumentRow<FieldsOf<typeof workflow>>;
