/** Companies: whose books these are, and the currency they are kept in. */
import {
  command,
  defineProtocol,
  eventDataOf,
  query,
  shapeOf,
  type PortFor,
} from '@morrow/contract';
import { z } from 'zod';
import { Company, CompanyRules } from './company.record.ts';

export { Company, CompanyRules } from './company.record.ts';

/** Code of ISO 4217. */
export const CurrencyText = Company.fields.currency.schema;
const CompanyView = z.object(shapeOf(Company, ['name', 'currency']));

const Choices = eventDataOf(CompanyRules, 'setRules');
const Rules = Choices.required();
export type CompanyRules = z.output<typeof Rules>;

/** The rules of a company that has chosen so much: what it has not chosen is refused. The one place
 * that knows the defaults. */
export const rulesWith = (chosen: z.output<typeof Choices> = {}): CompanyRules => ({
  negativeStock: chosen.negativeStock ?? 'refuse',
  unknownCustomers: chosen.unknownCustomers ?? 'refuse',
});

/** A currency that books can be kept in, with the decimals of its amounts. */
export const Currency = z.object({ code: CurrencyText, decimals: z.int().min(0).max(4) });

export const Companies = defineProtocol({
  name: 'companies',
  version: 1,
  domain: 'masters',
  summary: 'The company that keeps these books',
  errors: {
    noCompany: {
      fault: 'missing',
      data: z.object({}),
      sentence: 'Set up the company first.',
    },
    noName: {
      fault: 'invalid',
      data: z.object({}),
      sentence: 'The company has no name.',
    },
    unknownCurrency: {
      fault: 'invalid',
      data: z.object({ currency: CurrencyText }),
      sentence: '{currency} is not a currency of ISO 4217.',
    },
    currencyFixed: {
      fault: 'conflict',
      data: z.object({ currency: CurrencyText }),
      sentence: 'The books are already kept in {currency}.',
    },
  },
  operations: {
    setUp: command({
      summary: 'Sets the name and currency of the company; the currency can be chosen only once',
      input: CompanyView,
      output: CompanyView,
      errors: ['noName', 'unknownCurrency', 'currencyFixed'],
    }),
    setRules: command({
      summary: 'Sets rules of the company; a rule that is not given stays as it is',
      input: Choices,
      output: z.object({ rules: Rules }),
      errors: ['noCompany'],
    }),
    get: query({
      summary: 'The company and its rules',
      input: z.object({}),
      output: CompanyView.extend({ rules: Rules.optional() }),
      errors: ['noCompany'],
    }),
    currencies: query({
      summary: 'The currencies of ISO 4217 by code',
      input: z.object({}),
      output: z.object({ currencies: z.array(Currency).max(300) }),
      errors: [],
    }),
  },
  events: {
    companySetUp: {
      version: 1,
      summary: 'The company has a name and a currency',
      data: eventDataOf(Company, 'setUp'),
    },
    companyRulesSet: { version: 1, summary: 'The company chose rules', data: Choices },
  },
});
export type Companies = PortFor<typeof Companies>;
