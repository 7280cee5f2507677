/** The notice: sent to a role or a party, then read. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';

export interface NoticeFields extends JsonObject {
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly about: string | null;
}

const lifecycle = defineLifecycle({
  id: 'notice',
  version: 1,
  states: ['sent', 'read'],
  transitions: [
    { on: 'noticeSent', from: [], to: 'sent' },
    { on: 'noticeRead', from: ['sent'], to: 'read' },
  ],
});

export const notice = defineDocument<NoticeFields>({
  name: 'notice',
  label: 'Notice',
  scope: 'organization',
  numberField: 'subject',
  lifecycles: [lifecycle],
  fields: {
    recipient: { kind: 'text', label: 'To', indexed: true },
    subject: { kind: 'text', label: 'Subject' },
    text: { kind: 'text', label: 'Text' },
    about: { kind: 'text', label: 'About', optional: true },
  },
  evolve(fields, { type, data }) {
    if (type !== 'noticeSent') return fields as NoticeFields;
    const { to, subject, text, about = null } = data;
    return { recipient: to, subject, text, about } as unknown as NoticeFields;
  },
});
