/** Workflows: business processes as data, and what becomes of them. */
import { implementation, type ModuleManifest, type Protocol } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { Workflows } from '@morrow/protocol-workflows';
import { newDefinitions } from './definitions.ts';
import { definitionsOperations } from './definitions.operations.ts';
import { workflow } from './workflow.document.ts';

export const manifest: ModuleManifest<Engines> = {
  name: 'workflows',
  summary: 'Business processes that are published as data',
  provides: [Workflows] as unknown as readonly Protocol[],
  requires: [],
  listens: [],
  documents: [workflow] as unknown as ModuleManifest['documents'],
  keeps: [],
  start: ({ engines, clock, ids, present }) => {
    const definitions = newDefinitions(engines, clock);
    const tools = { engines, clock, ids, definitions, catalog: present };
    return {
      implementations: [implementation(Workflows, definitionsOperations(tools))],
      handlers: [],
    };
  },
};
