/** `morrow find`: documents of every domain by their number or code. */
import type { Command } from 'commander';
import { keepingOf } from '@morrow/protocol-keeping';
import type { Tools } from './lifecycle-command.ts';
import type { Session } from './session.ts';

async function found({ domains, port, context }: Session, number: string) {
  const answers = await Promise.all(
    domains.map(async (domain) => {
      const { documents } = await port(keepingOf(domain)).find({ number }, context());
      return documents.map((document) => ({ domain, ...document }));
    }),
  );
  return answers.flat();
}

/** Adds `find`. */
export function addFind(program: Command, { inSession }: Pick<Tools, 'inSession'>): void {
  program
    .command('find')
    .argument('<number>', 'of an order, a return, a goods receipt …, or a code, such as SO-1001')
    .description('find documents of any kind by their number or code')
    .option('--json', 'print as JSON')
    .action(
      inSession(async (session, number: string, { json }: { json?: boolean }) => {
        const documents = await found(session, number);
        if (json) console.log(JSON.stringify(documents, null, 2));
        else
          for (const { domain, label, state, documentId, facts } of documents) {
            console.log(`${label} ${number}: ${state} (${domain} ${documentId})`);
            for (const { name, value } of facts) console.log(`  ${name}: ${value}`);
          }
        if (documents.length) return;
        if (!json) console.log(`Nothing has the number or code ${number}.`);
        process.exitCode = 1;
      }),
    );
}
