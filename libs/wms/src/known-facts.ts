/** What stock needs to know of other domains: items and the company, remembered until they
 * change. */
import { following, isProtocolError, type CallContext } from '@morrow/contract';
import { declareFacts, type FollowedFacts } from '@morrow/event-keeper';
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

const itemFacts = declareFacts(Items, {
  events: ['itemRenamed'],
  askedMax: 400,
  async ask(items, codes, context) {
    const answer = await items.getMany({ codes: [...codes] }, asking(context));
    return answer.items.map(({ itemId: documentId, code, category: fact }) => ({
      ...{ code, fact, documentId },
    }));
  },
});
const companyFacts = declareFacts(Companies, {
  events: ['companySetUp', 'companyRulesSet'],
  askedMax: 1,
  async ask(companies, _codes, context) {
    try {
      const { currency, rules } = await companies.get({}, asking(context));
      return [{ code: theCompany, fact: { currency, rules: rulesWith(rules) } }];
    } catch (error) {
      if (isProtocolError(error) && error.code === 'noCompany') return [];
      throw error;
    }
  },
});
export const followedByStock = [itemFacts, companyFacts];

export function stockFactSources(
  ports: { readonly companies: Companies; readonly items: Items },
  clock: Clock,
): StockFactSources {
  const items = itemFacts.follow(ports.items, clock);
  const companies = companyFacts.follow(ports.companies, clock);
  return {
    followers: [items, companies],
    company: async (context) => (await companies.find([theCompany], context)).get(theCompany),
    categories: (codes, context) => items.find(codes, context),
  };
}
