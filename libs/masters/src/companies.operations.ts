/** Companies: sets up the one whose books these are, and its rules. */
import { codecOf, eventDataOf, presentIn, saysAlready, type CallContext } from '@morrow/contract';
import {
  againOnDuplicate,
  commitChange,
  eventOf,
  transitionOf,
  type Engines,
} from '@morrow/document-keeper';
import {
  currencyCodes,
  isCurrencyCode,
  isName,
  minorUnitsOf,
  type Clock,
  type Ids,
  type JsonObject,
} from '@morrow/kernel';
import { Companies, Company, CompanyRules, rulesWith } from '@morrow/protocol-companies';
import { company, companyRules } from './company.document.ts';

const currencies = currencyCodes().map((code) => ({ code, decimals: minorUnitsOf(code) }));
const Choices = eventDataOf(CompanyRules, 'setRules');
const rulesIn = (fields: JsonObject = {}) => rulesWith(codecOf(Choices).decode(presentIn(fields)));

export const companiesOperations = (engines: Engines, clock: Clock, ids: Ids): Companies => {
  const find = (context: CallContext) => engines.documents(context).only(company);
  const findRules = (context: CallContext) => engines.documents(context).only(companyRules);
  return {
    setUp: (details, context) =>
      againOnDuplicate(() =>
        commitChange(engines, clock, context, async () => {
          const { name, currency } = details;
          if (!isName(name)) throw Companies.fail('noName', {});
          if (!isCurrencyCode(currency)) throw Companies.fail('unknownCurrency', { currency });
          const row = await find(context);
          const held = row?.fields;
          if (held && held.currency !== currency)
            throw Companies.fail('currencyFixed', { currency: held.currency });
          const event = eventOf(Companies, 'companySetUp', details);
          const transition = transitionOf(company, row, row?.id ?? ids.next(), [event]);
          return {
            transitions: held && saysAlready(Company, held, details) ? [] : [transition],
            output: details,
          };
        }),
      ),
    setRules: (chosen, context) =>
      againOnDuplicate(() =>
        commitChange(engines, clock, context, async () => {
          if (!(await find(context))) throw Companies.fail('noCompany', {});
          const row = await findRules(context);
          const event = eventOf(Companies, 'companyRulesSet', chosen);
          const transition = transitionOf(companyRules, row, row?.id ?? ids.next(), [event]);
          const isSame = row && saysAlready(CompanyRules, row.fields, chosen);
          const rules = rulesIn(transition.row.fields);
          return { transitions: isSame ? [] : [transition], output: { rules } };
        }),
      ),
    async get(_input, context) {
      const [row, rules] = await Promise.all([find(context), findRules(context)]);
      if (!row) throw Companies.fail('noCompany', {});
      const { name, currency } = row.fields;
      return { name, currency, rules: rulesIn(rules?.fields) };
    },
    currencies: async () => ({ currencies }),
  };
};
