/** Writes `docs/catalog.md`. `--check` writes nothing and exits 1 where the page is stale; a path
 * names another page to check or write. */
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { allDomains, loadManifests } from '@morrow/business/parts/module-catalog';
import { checkout, readPlacement } from '@morrow/business/parts/settings';
import { present } from '@morrow/kernel';
import { readWorkflow } from '@morrow/workflow-language';
import { catalogPage, type WorkflowFile } from './catalog-page.ts';

function workflowAt(path: string): WorkflowFile {
  const { definition } = readWorkflow(readFileSync(join(checkout, path), 'utf8'));
  return { path, definition: present(definition, `${path} is a workflow`) };
}

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean' } },
  allowPositionals: true,
});
const path = resolve(positionals[0] ?? join(checkout, 'docs/catalog.md'));
const page = catalogPage({
  manifests: await loadManifests(allDomains, readPlacement('indie')),
  workflows: globSync('deploy/workflows/*.yaml', { cwd: checkout }).toSorted().map(workflowAt),
});
const isCurrent = existsSync(path) && readFileSync(path, 'utf8') === page;
if (!isCurrent && values.check) {
  process.stderr.write(`Stale, run \`npm run sync\`: ${relative(checkout, path)}\n`);
  process.exitCode = 1;
} else if (!isCurrent) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, page);
  process.stdout.write(`changed ${relative(checkout, path)}\n`);
}
