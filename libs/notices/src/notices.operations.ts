/** Notices: sends them, lists those of a recipient, and notes which were read. */
import type { CallContext } from '@morrow/contract';
import {
  allows,
  commitChange,
  eventOf,
  transitionOf,
  type DocumentRow,
  type Engines,
} from '@morrow/document-keeper';
import { madeAt, type Clock, type Id, type Ids } from '@morrow/kernel';
import { Notices, type Notice } from '@morrow/protocol-notices';
import { notice, type NoticeFields } from './notice.document.ts';

type NoticeId = Id<'notice'>;

/** The notice as its recipient sees it. */
const shown = ({ id, state, fields }: DocumentRow): Notice => {
  const { recipient, subject, text, about } = fields as NoticeFields;
  const told = { to: recipient, subject, text, ...(about !== null && { about }) };
  return { noticeId: id as NoticeId, ...told, isRead: state === 'read', sentAt: madeAt(id) };
};

export const noticesOperations = (engines: Engines, clock: Clock, ids: Ids): Notices => {
  const storeOf = ({ tenant }: CallContext) => engines.stores.of(tenant);
  return {
    send: (details, context) =>
      commitChange(engines, clock, context, () => {
        const noticeId = ids.next() as NoticeId;
        const event = eventOf(Notices, 'noticeSent', { noticeId, ...details });
        const transition = transitionOf(notice, undefined, noticeId, [event]);
        return Promise.resolve({ transitions: [transition], output: { noticeId } });
      }),
    markRead: ({ noticeId }, context) =>
      commitChange(engines, clock, context, async () => {
        const row = await storeOf(context).load(notice.name, noticeId);
        if (!row) throw Notices.fail('unknownNotice', { noticeId });
        const event = eventOf(Notices, 'noticeRead', { noticeId });
        const output = { noticeId, isRead: true };
        if (!allows(notice, row, event)) return { transitions: [], output };
        return { transitions: [transitionOf(notice, row, row.id, [event])], output };
      }),
    async list({ to, isRead, after, limit }, context) {
      const state = isRead ? 'read' : 'sent';
      const where = { recipient: to, ...(isRead !== undefined && { state }) };
      const rows = await storeOf(context).list(notice.name, { after, limit, where });
      const next = rows.length === limit ? (rows.at(-1)?.id as NoticeId) : undefined;
      return { notices: rows.map(shown), next };
    },
  };
};
