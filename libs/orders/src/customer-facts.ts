/** What orders need to know of customers: segment and country, asked for a whole batch at once. */
import { following, type CallContext } from '@morrow/contract';
import type { Clock } from '@morrow/kernel';
import type { Parties } from '@morrow/protocol-parties';

/** A customer as rules see it. One that parties do not know has a code alone. */
export interface Customer {
  readonly code: string;
  readonly segment?: string;
  readonly country?: string;
}
export interface CustomerFacts {
  /** The customers of these codes, those that parties do not know too. */
  customers(codes: readonly string[], context: CallContext): Promise<ReadonlyMap<string, Customer>>;
}

/** A change of a customer is known to every process within so long. */
const rememberedMs = 1000;
const rememberedMax = 100_000;
const askedMax = 200;

export function customerFacts(parties: Parties, clock: Clock): CustomerFacts {
  const known = new Map<string, { readonly customer: Customer; readonly askedAt: number }>();
  return {
    async customers(codes, context) {
      const now = clock.now().getTime();
      const wanted = [...new Set(codes)];
      const remembered = (code: string) => {
        const found = known.get(`${context.tenant} ${code}`);
        const age = found ? now - found.askedAt : Infinity;
        return age >= 0 && age < rememberedMs ? found?.customer : undefined;
      };
      const missing = wanted.filter((code) => !remembered(code));
      const answers = new Map<string, Customer>();
      for (let at = 0; at < missing.length; at += askedMax) {
        const asked = { codes: missing.slice(at, at + askedMax) };
        const asking = following(context, 'module:orders', undefined);
        for (const { code, segment, country } of (await parties.getMany(asked, asking)).parties)
          answers.set(code, { code, country, ...(segment === undefined ? {} : { segment }) });
      }
      const all = wanted.map((code) => remembered(code) ?? answers.get(code) ?? { code });
      if (known.size > rememberedMax) known.clear();
      for (const [code, customer] of answers)
        known.set(`${context.tenant} ${code}`, { customer, askedAt: now });
      return new Map(all.map((customer) => [customer.code, customer]));
    },
  };
}
