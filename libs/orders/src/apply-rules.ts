/** Applies the rules of packs to what is asked, before it is decided: each sees what those before
 * it set. What they decide stays in the event, so that a replay never asks them. */
import { codecOf, type Rule } from '@morrow/contract';
import type { JsonObject } from '@morrow/kernel';
import { Orders } from '@morrow/protocol-orders';
import type { Customer } from './known-facts.ts';
import type { Asked } from './place-orders.ts';

/** The rule that refuses, and why. */
export interface RefusedByRule {
  readonly rule: string;
  readonly sentence: string;
}
/** Code points that a sentence may have on the wire. */
const sentenceMax = 300;

export async function ruled(
  asked: Asked,
  customer: Customer,
  rules: readonly Rule[],
): Promise<Asked | RefusedByRule> {
  if (!rules.length) return asked;
  const codec = codecOf(Orders.spec.operations.place.input);
  let order = codec.encode(asked as Parameters<typeof codec.encode>[0]) as JsonObject;
  let decided = asked;
  const { code, segment, country } = customer;
  const known: JsonObject = {
    code,
    ...(segment === undefined ? {} : { segment }),
    ...(country === undefined ? {} : { country }),
  };
  for (const rule of rules) {
    const refuse = (why: string): RefusedByRule => ({
      rule: rule.name,
      sentence: [...why].slice(0, sentenceMax).join(''),
    });
    const outcome = await rule.apply({ order, customer: known });
    if ('refused' in outcome) return refuse(outcome.refused);
    order = { ...order, ...outcome.set };
    try {
      decided = codec.decode(order) as Asked;
    } catch (error) {
      return refuse(`The rule sets what no order can have: ${firstFault(error)}`);
    }
  }
  return decided;
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}
/** `lines.0.price: …`: the first thing that does not fit the form of an order. */
function firstFault(error: unknown): string {
  const [issue] = (error as { readonly issues?: readonly Issue[] }).issues ?? [];
  return issue ? `${issue.path.join('.')}: ${issue.message}` : (error as Error).message;
}
