/** Companies: sets the one up whose books these are. */
import type { CallContext } from '@morrow/contract';
import {
  againOnDuplicate,
  commitChange,
  eventOf,
  transitionOf,
  type Engines,
} from '@morrow/document-keeper';
import { currencyCodes, isCurrencyCode, minorUnitsOf, type Clock, type Ids } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { company, companySlot, type CompanyFields } from './company.document.ts';

const currencies = currencyCodes().map((code) => ({ code, decimals: minorUnitsOf(code) }));

export const companiesOperations = (engines: Engines, clock: Clock, ids: Ids): Companies => {
  const find = async (context: CallContext) => {
    const [row] = await engines.stores.of(context.tenant).findBy('company', 'slot', [companySlot]);
    return row;
  };
  return {
    setUp: (details, context) =>
      againOnDuplicate(() =>
        commitChange(engines, clock, context, async () => {
          const { name, currency } = details;
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
    async get(_input, context) {
      const row = await find(context);
      if (!row) throw Companies.fail('noCompany', {});
      const { name, currency } = row.fields as CompanyFields;
      return { name, currency };
    },
    currencies: async () => ({ currencies }),
  };
};
