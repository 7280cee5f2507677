/** Masters: the records that every domain shares. */
import { defineModule, implementation, type ModuleManifest } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { Companies } from '@morrow/protocol-companies';
import { Imports } from '@morrow/protocol-imports';
import { Items } from '@morrow/protocol-items';
import { Parties } from '@morrow/protocol-parties';
import { companiesOperations } from './companies.operations.ts';
import { importsOperations } from './imports.operations.ts';
import { itemsOperations } from './items.operations.ts';
import { company, companyRules } from './company.document.ts';
import { importRun } from './import-run.document.ts';
import { item } from './item.document.ts';
import { party } from './party.document.ts';
import { partiesOperations } from './parties.operations.ts';

const protocols = [Companies, Imports, Items, Parties];

export const manifest: ModuleManifest<Engines> = defineModule({
  name: 'masters',
  summary: 'Companies, parties, items and imports: what every domain shares',
  provides: protocols,
  requires: [],
  documents: [
    company,
    companyRules,
    importRun,
    item,
    party,
  ] as unknown as ModuleManifest['documents'],
  keeps: [],
  start: ({ engines, clock, ids }) => ({
    implementations: [
      implementation(Companies, companiesOperations(engines, clock, ids)),
      implementation(Imports, importsOperations(engines, clock, ids)),
      implementation(Items, itemsOperations(engines, clock, ids)),
      implementation(Parties, partiesOperations(engines, clock, ids)),
    ],
  }),
});
