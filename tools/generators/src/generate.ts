// What a person may ask of the generators, and the files that answer it.
import { ChangeSet, type Change } from './change-set.ts';
import { openCheckout } from './checkout.ts';
import { Refused } from './names.ts';
import { newOperation } from './new-operation.ts';
import { newDocument, newDomain } from './new-record.ts';

export const usage = `  npm run new domain NAME [DOCUMENT [PLURAL]]
  npm run new document DOMAIN NAME [PLURAL]
  npm run new operation PROTOCOL NAME query|command [-- --event NAME]

Names are in camelCase. Add \`-- --dry-run\` to see the files without writing them.`;

export interface GeneratorRequest {
  readonly what: string;
  readonly args: readonly string[];
  /** Name of the event of a command, where the past tense made from its name is wrong. */
  readonly event?: string | undefined;
}

/** Computes every file, and writes none. Throws Refused with one sentence. */
export async function generate(root: string, asked: GeneratorRequest): Promise<readonly Change[]> {
  const { what, args, event } = asked;
  const checkout = openCheckout(root);
  const set = new ChangeSet(checkout);
  const words = new Map(Object.entries({ domain: 3, document: 3, operation: 3 })).get(what);
  if (!words) throw new Refused(`Say what is to be new:\n\n${usage}`);
  const [extra] = args.slice(words);
  if (extra) throw new Refused(`'${extra}' is one word too many:\n\n${usage}`);
  if (what === 'domain') newDomain(set, checkout, args);
  else if (what === 'document') await newDocument(set, checkout, args);
  else await newOperation(set, checkout, args, event);
  return set.changes();
}
