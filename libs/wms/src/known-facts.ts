/** What stock needs to know of other domains: items and the company, remembered until they
 * change. */
import { following, isProtocolError, type CallContext } from '@morrow/contract';
import { FollowedFacts } from '@morrow/event-keeper';
import type { Clock } from '@morrow/kernel';
import { Companies, rulesWith, type CompanyRules } from '@morrow/protocol-companies';
import { Items, type ItemCategory } from '@morrow/protocol-items';

export interface KnownCompany {
  readonly currency: string;
  readonly rules: CompanyRules;
}
export interface StockFactSources {
  readonly followers: readonly FollowedFacts<unknown>[];
  /** Absent: none has been set up. */
  company(context: CallContext): Promise<KnownCompany | undefined>;
  /** Categories of the items that exist among the codes. */
  categories(
    codes: readonly string[],
    context: CallContext,
  ): Promise<ReadonlyMap<string, ItemCategory>>;
}

const asking = (context: CallContext) => following(context, 'module:wms', undefined);
/** There is one company. */
const theCompany = 'company';

export function stockFactSources(
  ports: { readonly companies: Companies; readonly items: Items },
  clock: Clock,
): StockFactSources {
  const items = new FollowedFacts<ItemCategory>({
    on: Items,
    events: ['itemRenamed'],
    clock,
    askedMax: 400,
    async ask(codes, context) {
      const answer = await ports.items.getMany({ codes: [...codes] }, asking(context));
      return answer.items.map(({ itemId: documentId, code, category: fact }) => ({
        ...{ code, fact, documentId },
      }));
    },
  });
  const companies = new FollowedFacts<KnownCompany>({
    on: Companies,
    events: ['companySetUp', 'companyRulesSet'],
    clock,
    askedMax: 1,
    async ask(_codes, context) {
      try {
        const { currency, rules } = await ports.companies.get({}, asking(context));
        return [{ code: theCompany, fact: { currency, rules: rulesWith(rules) } }];
      } catch (error) {
        if (isProtocolError(error) && error.code === 'noCompany') return [];
        throw error;
      }
    },
  });
  return {
    followers: [items, companies],
    company: async (context) => (await companies.find([theCompany], context)).get(theCompany),
    categories: (codes, context) => items.find(codes, context),
  };
}
