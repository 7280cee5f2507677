/** Notices, through every binding. */
import type { Id } from '@morrow/kernel';
import { Notices } from '@morrow/protocol-notices';
import type { Scenario } from '../worlds/world.ts';

const nobody = '00000000-0000-7000-8000-000000000000' as Id<'notice'>;

export const scenarios: Readonly<Record<string, Scenario>> = {
  async 'a notice is sent, listed for its recipient and read once'(world) {
    const notices = world.port(Notices);
    const details = { to: 'warehouse', subject: 'Pack it', text: 'Order 7 is to be packed.' };
    const first = await notices.send({ ...details, about: '7' }, world.context());
    const second = await notices.send({ ...details, text: 'Order 8 too.' }, world.context());
    await notices.send({ ...details, to: 'sales' }, world.context());
    const { noticeId } = first;
    const read = await notices.markRead({ noticeId }, world.context());
    const again = await notices.markRead({ noticeId }, world.context());
    const listed = async (isRead?: boolean) => {
      const asked = { to: 'warehouse', limit: 15, isRead };
      const { notices: found } = await notices.list(asked, world.context());
      return found.map(({ text, about, isRead: wasRead }) => ({ text, about, wasRead }));
    };
    const page = await notices.list({ to: 'warehouse', limit: 1 }, world.context());
    const rest = { to: 'warehouse', limit: 15, after: page.next };
    const { notices: others } = await notices.list(rest, world.context());
    return {
      isRead: [read.isRead, again.isRead],
      all: await listed(),
      read: await listed(true),
      unread: await listed(false),
      pages: [page.next === noticeId, others.map((one) => one.noticeId === second.noticeId)],
    };
  },
  async 'a notice that nobody sent is not read'(world) {
    const notices = world.port(Notices);
    return world.refusal(() => notices.markRead({ noticeId: nobody }, world.context()));
  },
};
