/** Companies: sets up the one whose books these are, and its rules. */
import { codecOf, type CallContext } from '@morrow/contract';
import {
  againOnDuplicate,
  commitChange,
  eventOf,
  transitionOf,
  type DocumentRow,
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
import { Companies, CompanyRules, rulesWith } from '@morrow/protocol-companies';
import {
  company,
  companyRules,
  companySlot,
  rulesSlot,
  type CompanyFields,
} from './company.document.ts';

const currencies = currencyCodes().map((code) => ({ code, decimals: minorUnitsOf(code) }));

const chosenIn = (row: DocumentRow | undefined) =>
  codecOf(CompanyRules.partial()).decode(withoutNulls(row?.fields ?? {}));
const withoutNulls = (fields: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => name !== 'slot' && value !== null),
  );

export const companiesOperations = (engines: Engines, clock: Clock, ids: Ids): Companies => {
  const find = async (context: CallContext) => {
    const [row] = await engines.stores.of(context.tenant).findBy('company', 'slot', [companySlot]);
    return row;
  };
  const findRules = async (context: CallContext) => {
    const store = engines.stores.of(context.tenant);
    const [row] = await store.findBy('companyRules', 'slot', [rulesSlot]);
    return row;
  };
  return {
    setUp: (details, context) =>
      againOnDuplicate(() =>
        commitChange(engines, clock, context, async () => {
          const { name, currency } = details;
          if (!isName(details.name)) throw Companies.fail('noName', {});
          if (!isCurrencyCode(currency)) throw Companies.fail('unknownCurrency', { currency });
          const row = await find(context);
          const held = row?.fields as CompanyFields | undefined;
          if (held && held.currency !== currency)
            throw Companies.fail('currencyFixed', { currency: held.currency });
          const event = eventOf(Companies, 'companySetUp', details);
          const transition = transitionOf(company, row, row?.id ?? ids.next(), [event]);
          return { transitions: held?.name === name ? [] : [transition], output: details };
        }),
      ),
    setRules: (chosen, context) =>
      againOnDuplicate(() =>
        commitChange(engines, clock, context, async () => {
          if (!(await find(context))) throw Companies.fail('noCompany', {});
          const row = await findRules(context);
          const held = chosenIn(row);
          const rules = rulesWith({ ...held, ...chosen });
          const event = eventOf(Companies, 'companyRulesSet', chosen);
          const transition = transitionOf(companyRules, row, row?.id ?? ids.next(), [event]);
          const isSame =
            (chosen.negativeStock ?? held.negativeStock) === held.negativeStock &&
            (chosen.unknownCustomers ?? held.unknownCustomers) === held.unknownCustomers;
          return { transitions: isSame ? [] : [transition], output: { rules } };
        }),
      ),
    async get(_input, context) {
      const [row, rules] = await Promise.all([find(context), findRules(context)]);
      if (!row) throw Companies.fail('noCompany', {});
      const { name, currency } = row.fields as CompanyFields;
      return { name, currency, rules: rulesWith(chosenIn(rules)) };
    },
    currencies: async () => ({ currencies }),
  };
};
