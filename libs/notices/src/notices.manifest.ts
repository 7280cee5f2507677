/** Notices: what a role or a party is told. */
import { defineModule, implementation, type ModuleManifest } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { Notices } from '@morrow/protocol-notices';
import { notice } from './notice.document.ts';
import { noticesOperations } from './notices.operations.ts';

export const manifest: ModuleManifest<Engines> = defineModule({
  name: 'notices',
  summary: 'Notices to people, and whether they were read',
  provides: [Notices],
  requires: [],
  documents: [notice] as unknown as ModuleManifest['documents'],
  keeps: [],
  start: ({ engines, clock, ids }) => ({
    implementations: [implementation(Notices, noticesOperations(engines, clock, ids))],
  }),
});
