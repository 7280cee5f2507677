/** The company: whose books these are; one for each tenant. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';

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
