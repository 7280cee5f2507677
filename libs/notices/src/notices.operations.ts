/** Notices: sends them, lists those of a recipient, and notes which were read. */
import { toldOf, type RowOf } from '@morrow/contract';
import {
  allows,
  commitChange,
  eventOf,
  nextOf,
  transitionOf,
  type DocumentRow,
  type Engines,
} from '@morrow/document-keeper';
import { madeAt, type Clock, type Id, type Ids } from '@morrow/kernel';
import { Notice, Notices } from '@morrow/protocol-notices';
import { notice } from './notice.document.ts';

type NoticeId = Id<'notice'>;

/** The notice as its recipient sees it. */
const shown = ({ id, state, fields }: DocumentRow<RowOf<typeof Notice>>): Notice => {
  const { recipient: to, ...told } = toldOf(Notice, fields);
  return { noticeId: id as NoticeId, to, ...told, isRead: state === 'read', sentAt: madeAt(id) };
};

export const noticesOperations = (engines: Engines, clock: Clock, ids: Ids): Notices => {
  const { documents } = engines;
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
        const row = await documents(context).load(notice, noticeId);
        if (!row) throw Notices.fail('unknownNotice', { noticeId });
        const event = eventOf(Notices, 'noticeRead', { noticeId });
        const output = { noticeId, isRead: true };
        if (!allows(notice, row, event)) return { transitions: [], output };
        return { transitions: [transitionOf(notice, row, row.id, [event])], output };
      }),
    async list({ to, isRead, after, limit }, context) {
      const state = isRead ? 'read' : 'sent';
      const where = { recipient: to, ...(isRead !== undefined && { state }) };
      const rows = await documents(context).list(notice, { after, limit, where });
      return { notices: rows.map(shown), next: nextOf<'notice'>(rows, { limit }) };
    },
  };
};
