/** The company and the rules that it has chosen: one of each for each tenant. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';
import { RuleChoice } from '@morrow/protocol-companies';

export interface CompanyFields extends JsonObject {
  /** Always `company`: unique, so that there is one. */
  readonly slot: string;
  readonly name: string;
  readonly currency: string;
}

const lifecycle = defineLifecycle({
  id: 'company',
  version: 1,
  states: ['open'],
  transitions: [
    { on: 'companySetUp', from: [], to: 'open' },
    { on: 'companySetUp', from: ['open'], to: 'open' },
  ],
});

export const companySlot = 'company';
export const company = defineDocument<CompanyFields>({
  name: 'company',
  label: 'Company',
  scope: 'organization',
  numberField: 'slot',
  lifecycles: [lifecycle],
  fields: {
    slot: { kind: 'text', label: 'Slot', unique: true },
    name: { kind: 'text', label: 'Name' },
    currency: { kind: 'text', label: 'Currency' },
  },
  evolve: (_fields, { data }) => ({ slot: companySlot, ...data }) as unknown as CompanyFields,
});

export interface CompanyRulesFields extends JsonObject {
  /** Always `rules`: unique, so that there is one. */
  readonly slot: string;
  /** Null where the company has not chosen. */
  readonly negativeStock: string | null;
  readonly unknownCustomers: string | null;
}
export const rulesSlot = 'rules';
const choices = RuleChoice.options;

export const companyRules = defineDocument<CompanyRulesFields>({
  name: 'companyRules',
  label: 'Company rules',
  scope: 'organization',
  numberField: 'slot',
  lifecycles: [
    defineLifecycle({
      id: 'companyRules',
      version: 1,
      states: ['set'],
      transitions: [
        { on: 'companyRulesSet', from: [], to: 'set' },
        { on: 'companyRulesSet', from: ['set'], to: 'set' },
      ],
    }),
  ],
  fields: {
    slot: { kind: 'text', label: 'Slot', unique: true },
    negativeStock: { kind: 'choice', label: 'Negative stock', optional: true, choices },
    unknownCustomers: { kind: 'choice', label: 'Unknown customers', optional: true, choices },
  },
  evolve(fields, { data }) {
    const { negativeStock = null, unknownCustomers = null } = { ...fields, ...data };
    return { slot: rulesSlot, negativeStock, unknownCustomers } as CompanyRulesFields;
  },
});
