/** What a notice is: sent to a role or a party, then read. */
import { defineRecord, fields } from '@morrow/contract';

export const Notice = defineRecord({
  name: 'notice',
  owner: 'notices',
  title: { one: 'Notice', many: 'Notices' },
  known: { by: 'subject' },
  scope: 'organization',
  fields: {
    recipient: fields.text({
      max: 80,
      label: 'To',
      help: 'Who reads it: a role, or the code of a party',
      indexed: true,
    }),
    subject: fields.text({ max: 120, label: 'Subject' }),
    text: fields.text({ max: 2000, label: 'Text' }),
    about: fields.code({
      max: 120,
      label: 'About',
      help: 'What it is about, such as the number of an order',
      optional: true,
    }),
  },
  states: { sent: 'Sent', read: 'Read' },
  moves: {
    send: { on: 'noticeSent', to: 'sent', takes: 'all' },
    markRead: { on: 'noticeRead', from: ['sent'], to: 'read', takes: [] },
  },
});
