// The manifest and the README of a new domain.
import { kebabCase, pascalCase, spoken } from '../words.ts';
import type { RecordNames } from './record.ts';

export const manifestSource = (names: RecordNames): string => {
  const { domain, one, many, Many, file, folder, titleMany, saidMany } = names;
  return `/** ${pascalCase(spoken(domain))}: ${saidMany} and what becomes of them. */
import { defineModule, implementation, type ModuleManifest } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { ${Many} } from '@morrow/protocol-${folder}';
import { ${one} } from './${file}.document.ts';
import { ${many}Operations } from './${folder}.operations.ts';

export const manifest: ModuleManifest<Engines> = defineModule({
  name: '${domain}',
  summary: '${titleMany}, known by their codes',
  provides: [${Many}],
  requires: [],
  documents: [${one}] as unknown as ModuleManifest['documents'],
  keeps: [],
  start: ({ engines, clock, ids }) => ({
    implementations: [implementation(${Many}, ${many}Operations(engines, clock, ids))],
  }),
});
`;
};

export const domainReadme = (names: RecordNames): string => {
  const { domain, one, many, Many, folder, titleMany, openedEvent, aSaid } = names;
  return `# ${kebabCase(domain)}

${titleMany}, opened under codes of their own. \`${many}.open\` loads what has the code, decides,
and saves the document \`${one}\` with its event \`${openedEvent}\` and the answer in one commit; a
code that is taken is refused. \`get\` and \`list\` change nothing.

What is promised stands in the protocol (\`protocols/${folder}\`, \`${Many}\`). What ${aSaid} is
and which states it may take stands in its document type; its table follows from that. The domain
imports no other domain: it acts on others through events and protocols alone. To add to it:
\`npm run new document ${domain} NAME\` and \`npm run new operation ${many} NAME query|command\`.
`;
};
