/** Workflows: business processes that are published as data, and what becomes of them. */
import { defineProtocol, type PortFor } from '@morrow/contract';
import { definitionErrors, definitionEvents, definitionOperations } from './definitions.ts';
import { instanceErrors, instanceEvents, instanceOperations } from './instances.ts';

export * from './definitions.ts';
export * from './instances.ts';

export const Workflows = defineProtocol({
  name: 'workflows',
  version: 1,
  domain: 'workflows',
  summary: 'Business processes, published as data',
  errors: { ...definitionErrors, ...instanceErrors },
  operations: { ...definitionOperations, ...instanceOperations },
  events: { ...definitionEvents, ...instanceEvents },
});
export type Workflows = PortFor<typeof Workflows>;
