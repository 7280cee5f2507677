/** Notices: what a role or a party is told, and whether it has been read. */
import {
  Code,
  command,
  defineProtocol,
  idSchema,
  InstantSchema,
  query,
  Text,
  type PortFor,
} from '@morrow/contract';
import { z } from 'zod';

export const NoticeId = idSchema('notice');
export const noticesPageMax = 15;

const Ref = z.object({ noticeId: NoticeId });
const details = {
  /** Who reads it: a role, or the code of a party. */
  to: Text(80),
  subject: Text(120),
  text: Text(2000),
  /** What it is about: an order's number, say. */
  about: Code(120).optional(),
};
export const Notice = z.object({
  noticeId: NoticeId,
  ...details,
  isRead: z.boolean(),
  sentAt: InstantSchema,
});
export type Notice = z.output<typeof Notice>;

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
        notices: z.array(Notice).max(noticesPageMax),
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
