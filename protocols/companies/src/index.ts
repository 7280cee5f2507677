/** Companies: whose books these are, and the currency they are kept in. */
import { Code, command, defineProtocol, query, Text, type PortFor } from '@morrow/contract';
import { z } from 'zod';

/** Code of ISO 4217. */
export const CurrencyText = Code(3);
const details = { name: Text(120), currency: CurrencyText };
export const Company = z.object(details);
/** A currency that books can be kept in, with the decimals of its amounts. */
export const Currency = z.object({ code: CurrencyText, decimals: z.int().min(0).max(4) });

export const Companies = defineProtocol({
  name: 'companies',
  version: 1,
  domain: 'masters',
  summary: 'Whose books these are',
  errors: {
    noCompany: {
      fault: 'missing',
      data: z.object({}),
      sentence: 'No company has been set up yet.',
    },
    unknownCurrency: {
      fault: 'invalid',
      data: z.object({ currency: CurrencyText }),
      sentence: '{currency} is not a currency of ISO 4217.',
    },
    currencyFixed: {
      fault: 'conflict',
      data: z.object({ currency: CurrencyText }),
      sentence: 'The books are kept in {currency} already.',
    },
  },
  operations: {
    setUp: command({
      summary: 'Names the company; its currency is chosen once',
      input: Company,
      output: Company,
      errors: ['unknownCurrency', 'currencyFixed'],
    }),
    get: query({
      summary: 'The company',
      input: z.object({}),
      output: Company,
      errors: ['noCompany'],
    }),
    currencies: query({
      summary: 'The currencies of ISO 4217, by their codes',
      input: z.object({}),
      output: z.object({ currencies: z.array(Currency).max(300) }),
      errors: [],
    }),
  },
  events: {
    companySetUp: { version: 1, summary: 'The company has a name and a currency', data: Company },
  },
});
export type Companies = PortFor<typeof Companies>;
