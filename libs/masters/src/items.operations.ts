/** Items: creates, renames and finds them by code. */
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
import { Item, Items } from '@morrow/protocol-items';
import { item } from './item.document.ts';
import { byCode } from './upserts.ts';

export const itemsOperations = (engines: Engines, clock: Clock, ids: Ids): Items => {
  const { documents } = engines;
  return {
    upsertMany: ({ items }, context) =>
      againOnDuplicate(() =>
        commitChange(engines, clock, context, async () => {
          const wanted = byCode(
            items,
            (code) => Items.fail('noName', { code }),
            (code) => Items.fail('givenTwice', { code }),
          );
          const rows = await documents(context).findBy(item, 'code', [...wanted.keys()]);
          const transitions = [];
          let changed = 0;
          for (const row of rows) {
            const { code } = row.fields;
            const details = wanted.get(code);
            wanted.delete(code);
            if (!details || saysAlready(Item, row.fields, details)) continue;
            const event = eventOf(Items, 'itemRenamed', takenFrom(Item, 'change', details));
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
      const row = await documents(context).find(item, 'code', code);
      if (!row) throw Items.fail('unknownItem', { code });
      return viewed(Item, row);
    },
    async getMany({ codes }, context) {
      const rows = await documents(context).findBy(item, 'code', [...new Set(codes)]);
      return { items: rows.map((row) => viewed(Item, row)) };
    },
    async list(asked, context) {
      const { rows, ...more } = await listed<RowOf<typeof Item>, 'item'>(
        documents(context),
        item,
        asked,
      );
      return { items: rows.map((row) => viewed(Item, row)), ...more };
    },
    count: (asked, context) => counted(documents(context), item, asked),
  };
};
