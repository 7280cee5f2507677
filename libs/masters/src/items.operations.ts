/** Items: creates, renames and finds them by code. */
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
import { Items, type Item } from '@morrow/protocol-items';
import { item, type ItemFields } from './item.document.ts';
import { byCode } from './upserts.ts';

const shown = ({ id, fields }: DocumentRow): Item => {
  const { code, name, category } = fields as ItemFields;
  const itemId = id as Id<'item'>;
  return { itemId, code, name, category: category as 'goods', createdAt: madeAt(id) };
};

export const itemsOperations = (engines: Engines, clock: Clock, ids: Ids): Items => {
  const storeOf = (context: CallContext) => engines.stores.of(context.tenant);
  return {
    upsertMany: ({ items }, context) =>
      againOnDuplicate(() =>
        commitChange(engines, clock, context, async () => {
          const wanted = byCode(
            items,
            (code) => Items.fail('noName', { code }),
            (code) => Items.fail('givenTwice', { code }),
          );
          const rows = await storeOf(context).findBy('item', 'code', [...wanted.keys()]);
          const transitions = [];
          let changed = 0;
          for (const row of rows) {
            const held = row.fields as ItemFields;
            const details = wanted.get(held.code);
            wanted.delete(held.code);
            if (!details || (details.name === held.name && details.category === held.category))
              continue;
            const { name, category } = details;
            const event = eventOf(Items, 'itemRenamed', { name, category });
            transitions.push(transitionOf(item, row, row.id, [event]));
            changed++;
          }
          for (const details of wanted.values()) {
            const { code } = details;
            if (hasOuterSpace(code)) throw Items.fail('outerSpace', { code });
            const event = eventOf(Items, 'itemCreated', details);
            transitions.push(transitionOf(item, undefined, ids.next(), [event]));
          }
          return { transitions, output: { created: wanted.size, changed } };
        }),
      ),
    async get({ code }, context) {
      const [row] = await storeOf(context).findBy('item', 'code', [code]);
      if (!row) throw Items.fail('unknownItem', { code });
      return shown(row);
    },
    async getMany({ codes }, context) {
      const rows = await storeOf(context).findBy('item', 'code', [...new Set(codes)]);
      return { items: rows.map(shown) };
    },
    async list({ after, limit }, context) {
      const rows = await storeOf(context).list('item', { after, limit });
      const next = rows.length === limit ? (rows.at(-1)?.id as Id<'item'>) : undefined;
      return { items: rows.map(shown), next };
    },
  };
};
