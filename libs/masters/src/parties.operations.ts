/** Parties: creates, changes and finds them by code. */
import type { CallContext } from '@morrow/contract';
import {
  againOnDuplicate,
  commitChange,
  eventOf,
  transitionOf,
  type DocumentRow,
  type Engines,
} from '@morrow/document-keeper';
import { hasOuterSpace, madeAt, type Clock, type Id, type Ids } from '@morrow/kernel';
import { Parties, type Party } from '@morrow/protocol-parties';
import { party, type PartyFields } from './party.document.ts';
import { byCode } from './upserts.ts';

const shown = ({ id, fields }: DocumentRow): Party => {
  const { segment, role, ...rest } = fields as PartyFields;
  const known = segment === null ? {} : { segment };
  const partyId = id as Id<'party'>;
  return { partyId, ...rest, role: role as 'customer', ...known, createdAt: madeAt(id) };
};

type Details = Parameters<Parties['upsertMany']>[0]['parties'][number];
const isSame = (held: PartyFields, { name, country, segment }: Details): boolean =>
  name === held.name &&
  country === held.country &&
  (segment === undefined || segment === (held.segment ?? ''));

export const partiesOperations = (engines: Engines, clock: Clock, ids: Ids): Parties => {
  const storeOf = (context: CallContext) => engines.stores.of(context.tenant);
  return {
    upsertMany: ({ parties }, context) =>
      againOnDuplicate(() =>
        commitChange(engines, clock, context, async () => {
          const wanted = byCode(
            parties,
            (code) => Parties.fail('noName', { code }),
            (code) => Parties.fail('givenTwice', { code }),
          );
          const rows = await storeOf(context).findBy('party', 'code', [...wanted.keys()]);
          const transitions = [];
          let changed = 0;
          for (const row of rows) {
            const held = row.fields as PartyFields;
            const details = wanted.get(held.code);
            wanted.delete(held.code);
            if (!details) continue;
            const { code } = held;
            const role = held.role as 'customer';
            if (details.role !== role) throw Parties.fail('roleFixed', { code, role });
            if (isSame(held, details)) continue;
            const { name, country, segment } = details;
            const event = eventOf(Parties, 'partyChanged', { name, country, segment });
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
      const [row] = await storeOf(context).findBy('party', 'code', [code]);
      if (!row) throw Parties.fail('unknownParty', { code });
      return shown(row);
    },
    async getMany({ codes }, context) {
      const rows = await storeOf(context).findBy('party', 'code', [...new Set(codes)]);
      return { parties: rows.map(shown) };
    },
    async list({ after, limit }, context) {
      const rows = await storeOf(context).list('party', { after, limit });
      const next = rows.length === limit ? (rows.at(-1)?.id as Id<'party'>) : undefined;
      return { parties: rows.map(shown), next };
    },
  };
};
