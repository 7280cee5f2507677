/** What orders and returns need to know of other domains: items, customers, the company and its
 * warehouses, remembered until they change. */
import { following, isProtocolError, type CallContext } from '@morrow/contract';
import { declareFacts, type FollowedFacts } from '@morrow/event-keeper';
import type { Clock } from '@morrow/kernel';
import { Companies, rulesWith, type CompanyRules } from '@morrow/protocol-companies';
import { Items, type ItemCategory } from '@morrow/protocol-items';
import { Parties } from '@morrow/protocol-parties';
import { Warehouses } from '@morrow/protocol-warehouses';

/** A customer as rules see it. One that parties do not know has a code alone. */
export interface Customer {
  readonly code: string;
  readonly segment?: string;
  readonly country?: string;
}
export interface KnownParty extends Customer {
  readonly role: 'customer' | 'supplier';
}
export interface KnownCompany {
  readonly currency: string;
  readonly rules: CompanyRules;
}
/** What a batch of orders or returns is decided on. */
export interface KnownFacts {
  readonly tenant: string;
  readonly now: Date;
  /** Absent: none has been set up. */
  readonly company: KnownCompany | undefined;
  readonly categories: ReadonlyMap<string, ItemCategory>;
  readonly parties: ReadonlyMap<string, KnownParty>;
  readonly warehouses: ReadonlyMap<string, true>;
}
/** Codes that a batch names. */
export interface NamedCodes {
  readonly items: readonly string[];
  readonly parties: readonly string[];
  readonly warehouses: readonly string[];
}
export interface OrderFacts {
  readonly followers: readonly FollowedFacts<unknown>[];
  parties(codes: readonly string[], context: CallContext): Promise<KnownFacts['parties']>;
  of(codes: NamedCodes, context: CallContext): Promise<KnownFacts>;
}
export interface FactPorts {
  readonly companies: Companies;
  readonly items: Items;
  readonly parties: Parties;
  readonly warehouses: Warehouses;
}

const asking = (context: CallContext) => following(context, 'module:orders', undefined);
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
const partyFacts = declareFacts(Parties, {
  events: ['partyChanged'],
  askedMax: 200,
  async ask(parties, codes, context) {
    const answer = await parties.getMany({ codes: [...codes] }, asking(context));
    return answer.parties.map(({ partyId: documentId, code, role, country, segment }) => {
      const fact = { code, role, country, ...(segment === undefined ? {} : { segment }) };
      return { code, fact, documentId };
    });
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
/** A warehouse that was opened stays. */
const warehouseFacts = declareFacts(Warehouses, {
  events: [],
  askedMax: 20,
  async ask(warehouses, codes, context) {
    const found = await Promise.all(
      codes.map(async (asked) => {
        try {
          const { code } = await warehouses.get({ code: asked }, asking(context));
          return [{ code, fact: true as const }];
        } catch (error) {
          if (isProtocolError(error) && error.code === 'unknownWarehouse') return [];
          throw error;
        }
      }),
    );
    return found.flat();
  },
});

export const followedByOrders = [itemFacts, partyFacts, companyFacts, warehouseFacts];

export function orderFacts(ports: FactPorts, clock: Clock): OrderFacts {
  const items = itemFacts.follow(ports.items, clock);
  const parties = partyFacts.follow(ports.parties, clock);
  const companies = companyFacts.follow(ports.companies, clock);
  const warehouses = warehouseFacts.follow(ports.warehouses, clock);
  return {
    followers: [items, parties, companies, warehouses],
    parties: (codes, context) => parties.find(codes, context),
    async of(codes, context) {
      const [found, categories, people, places] = await Promise.all([
        companies.find([theCompany], context),
        items.find(codes.items, context),
        parties.find(codes.parties, context),
        warehouses.find(codes.warehouses, context),
      ]);
      return {
        tenant: context.tenant,
        now: clock.now(),
        company: found.get(theCompany),
        categories,
        parties: people,
        warehouses: places,
      };
    },
  };
}
