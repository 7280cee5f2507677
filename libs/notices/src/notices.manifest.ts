/** Notices: what a role or a party is told. */
import { implementation, type ModuleManifest } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { Notices } from '@morrow/protocol-notices';
import { notice } from './notice.document.ts';
import { noticesOperations } from './notices.operations.ts';

export const manifest: ModuleManifest<Engines> = {
  name: 'notices',
  summary: 'Notices to people, and whether they were read',
  provides: [Notices],
  requires: [],
  listens: [],
  documents: [notice] as unknown as ModuleManifest['documents'],
  keeps: [],
  start: ({ engines, clock, ids }) => ({
    implementations: [implementation(Notices, noticesOperations(engines, clock, ids))],
    handlers: [],
  }),
};
