/** The notice as its domain keeps it: what events say `to`, rows know as the recipient. */
import { documentOf } from '@morrow/contract';
import { present } from '@morrow/kernel';
import { Notice, Notices } from '@morrow/protocol-notices';

export const notice = documentOf(Notice, {
  events: Notices,
  evolve(fields, event) {
    if (event.type === 'noticeSent') {
      const { to: recipient, subject, text, about = null } = event.data;
      return { recipient, subject, text, about };
    }
    return present(fields, `${event.type} begins no notice`);
  },
});
