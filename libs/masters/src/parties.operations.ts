/** Parties: creates, changes and finds them by code. */
import { saysAlready, takenFrom, viewed, type RowOf } from '@morrow/contract';
import {
  againOnDuplicate,
  commitChange,
  counted,
  eventOf,
  listed,
  transitionOf,
  type Engines,
} from '@morrow/document-keeper';
import { hasOuterSpace, type Clock, type Ids } from '@morrow/kernel';
import { Parties, Party } from '@morrow/protocol-parties';
import { party } from './party.document.ts';
import { byCode } from './upserts.ts';

export const partiesOperations = (engines: Engines, clock: Clock, ids: Ids): Parties => {
  const { documents } = engines;
  return {
    upsertMany: ({ parties }, context) =>
      againOnDuplicate(() =>
        commitChange(engines, clock, context, async () => {
          const wanted = byCode(
            parties,
            (code) => Parties.fail('noName', { code }),
            (code) => Parties.fail('givenTwice', { code }),
          );
          const rows = await documents(context).findBy(party, 'code', [...wanted.keys()]);
          const transitions = [];
          let changed = 0;
          for (const row of rows) {
            const { code, role } = row.fields;
            const details = wanted.get(code);
            wanted.delete(code);
            if (!details) continue;
            if (details.role !== role) throw Parties.fail('roleFixed', { code, role });
            if (saysAlready(Party, row.fields, details)) continue;
            const event = eventOf(Parties, 'partyChanged', takenFrom(Party, 'change', details));
            transitions.push(transitionOf(party, row, row.id, [event]));
            changed++;
          }
          for (const details of wanted.values()) {
            const { code } = details;
            if (hasOuterSpace(code)) throw Parties.fail('outerSpace', { code });
            const event = eventOf(Parties, 'partyCreated', details);
            transitions.push(transitionOf(party, undefined, ids.next(), [event]));
          }
          return { transitions, output: { created: wanted.size, changed } };
        }),
      ),
    async get({ code }, context) {
      const row = await documents(context).find(party, 'code', code);
      if (!row) throw Parties.fail('unknownParty', { code });
      return viewed(Party, row);
    },
    async getMany({ codes }, context) {
      const rows = await documents(context).findBy(party, 'code', [...new Set(codes)]);
      return { parties: rows.map((row) => viewed(Party, row)) };
    },
    async list(asked, context) {
      const { rows, ...more } = await listed<RowOf<typeof Party>, 'party'>(
        documents(context),
        party,
        asked,
      );
      return { parties: rows.map((row) => viewed(Party, row)), ...more };
    },
    count: (asked, context) => counted(documents(context), party, asked),
  };
};
