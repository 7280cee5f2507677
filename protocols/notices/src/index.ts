/** Notices: what a role or a party is told, and whether it has been read. */
import {
  command,
  defineProtocol,
  idSchema,
  InstantSchema,
  query,
  shapeOf,
  type PortFor,
} from '@morrow/contract';
import { z } from 'zod';
import { Notice } from './notice.record.ts';

export { Notice } from './notice.record.ts';

export const NoticeId = idSchema('notice');
export const noticesPageMax = 15;

const Ref = z.object({ noticeId: NoticeId });
const details = {
  to: Notice.fields.recipient.schema,
  ...shapeOf(Notice, ['subject', 'text', 'about']),
};
const NoticeView = z.object({
  noticeId: NoticeId,
  ...details,
  isRead: z.boolean(),
  sentAt: InstantSchema,
});
export type Notice = z.output<typeof NoticeView>;

export const Notices = defineProtocol({
  name: 'notices',
  version: 1,
  domain: 'notices',
  summary: 'Notices to people, and whether they were read',
  errors: {
    unknownNotice: {
      fault: 'missing',
      data: Ref,
      sentence: 'There is no notice {noticeId}.',
    },
  },
  operations: {
    send: command({
      summary: 'Sends a notice to a role or a party; it appears in their list',
      input: z.object(details),
      output: Ref,
      errors: [],
      workflow: true,
    }),
    markRead: command({
      summary: 'Marks a notice as read; repeating this changes nothing',
      input: Ref,
      output: z.object({ noticeId: NoticeId, isRead: z.boolean() }),
      errors: ['unknownNotice'],
    }),
    list: query({
      summary: 'Notices of one recipient, oldest first, a page at a time',
      input: z.object({
        to: details.to,
        /** Only those that were read, or only those that were not. */
        isRead: z.boolean().optional(),
        after: NoticeId.optional(),
        limit: z.int().min(1).max(noticesPageMax),
      }),
      output: z.object({
        notices: z.array(NoticeView).max(noticesPageMax),
        next: NoticeId.optional(),
      }),
      errors: [],
    }),
  },
  events: {
    noticeSent: {
      version: 1,
      summary: 'A notice was sent',
      data: z.object({ noticeId: NoticeId, ...details }),
    },
    noticeRead: { version: 1, summary: 'A notice was read', data: Ref },
  },
});
export type Notices = PortFor<typeof Notices>;
