/** What events make of a notice: pure, without a database. */
import { eventOf, NotInState, transitionOf } from '@morrow/document-keeper';
import type { Id } from '@morrow/kernel';
import { Notices } from '@morrow/protocol-notices';
import { expect, it } from 'vitest';
import { notice } from './notice.document.ts';

const noticeId = '00000000-0000-7000-8000-000000000001' as Id<'notice'>;
const details = { to: 'sales', subject: 'Late', text: 'Order 7 is late.' };
const sent = eventOf(Notices, 'noticeSent', { noticeId, ...details });
const read = eventOf(Notices, 'noticeRead', { noticeId });

it('the notice is sent to somebody, and says what it is about where that is told', () => {
  const { row } = transitionOf(notice, undefined, noticeId, [sent]);
  const { subject, text } = details;
  const fields = { recipient: 'sales', subject, text, about: null };
  expect(row).toMatchObject({ id: noticeId, version: 1, state: 'sent', fields });
  const about = eventOf(Notices, 'noticeSent', { noticeId, ...details, about: '7' });
  expect(transitionOf(notice, undefined, noticeId, [about]).row.fields).toMatchObject({
    about: '7',
  });
});

it('the notice is read once, and keeps what it says', () => {
  const { row } = transitionOf(notice, undefined, noticeId, [sent]);
  const after = transitionOf(notice, row, noticeId, [read]).row;
  expect(after).toMatchObject({ state: 'read', fields: row.fields });
  expect(() => transitionOf(notice, after, noticeId, [read])).toThrow(NotInState);
});
