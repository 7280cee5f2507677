/** What a company is, and what it may decide for itself: one of each for each tenant. */
import { defineRecord, fields } from '@morrow/contract';

export const Company = defineRecord({
  name: 'company',
  owner: 'masters',
  title: { one: 'Company', many: 'Companies' },
  known: { by: 'slot' },
  scope: 'organization',
  fields: {
    slot: fields.slot('company'),
    name: fields.text({ max: 120, label: 'Name' }),
    currency: fields.code({ max: 3, label: 'Currency', help: 'Code of ISO 4217' }),
  },
  states: { open: 'Open' },
  moves: {
    setUp: {
      on: 'companySetUp',
      begins: true,
      from: ['open'],
      to: 'open',
      takes: ['name', 'currency'],
    },
  },
});

/** Whether something that is unusual is refused or allowed. */
const choices = { refuse: 'Refuse', allow: 'Allow' };

export const CompanyRules = defineRecord({
  name: 'companyRules',
  owner: 'masters',
  title: { one: 'Company rules', many: 'Company rules' },
  known: { by: 'slot' },
  scope: 'organization',
  fields: {
    slot: fields.slot('rules'),
    negativeStock: fields.choice({
      of: choices,
      label: 'Negative stock',
      help:
        'Whether a person’s shipment or adjustment may take stock below zero. What is recorded ' +
        'after the fact, such as an import, always may.',
      optional: true,
    }),
    unknownCustomers: fields.choice({
      of: choices,
      label: 'Unknown customers',
      help: 'Whether orders and returns may name a customer that is not in the list of parties.',
      optional: true,
    }),
  },
  states: { set: 'Set' },
  moves: {
    setRules: {
      on: 'companyRulesSet',
      begins: true,
      from: ['set'],
      to: 'set',
      takes: ['negativeStock', 'unknownCustomers'],
    },
  },
});
