/** What orders need to know of items: their category, asked once and remembered, since it seldom
 * changes. */
import { following, type CallContext } from '@morrow/contract';
import type { ItemCategory, Items } from '@morrow/protocol-items';

const rememberedMax = 200_000;
const askedMax = 400;

export interface ItemFacts {
  /** Categories of the items that exist among the codes. */
  categories(
    codes: readonly string[],
    context: CallContext,
  ): Promise<ReadonlyMap<string, ItemCategory>>;
  /** An item has another category now. */
  forget(): void;
}

export function itemFacts(items: Items): ItemFacts {
  const known = new Map<string, ItemCategory>();
  const keyOf = (context: CallContext, code: string) => `${context.tenant} ${code}`;
  return {
    async categories(codes, context) {
      const wanted = [...new Set(codes)];
      const missing = wanted.filter((code) => !known.has(keyOf(context, code)));
      if (known.size > rememberedMax) known.clear();
      for (let at = 0; at < missing.length; at += askedMax) {
        const asked = { codes: missing.slice(at, at + askedMax) };
        const answer = await items.getMany(asked, following(context, 'module:orders', undefined));
        for (const { code, category } of answer.items) known.set(keyOf(context, code), category);
      }
      return new Map(
        wanted.flatMap((code) => {
          const category = known.get(keyOf(context, code));
          return category ? [[code, category] as const] : [];
        }),
      );
    },
    forget: () => known.clear(),
  };
}
