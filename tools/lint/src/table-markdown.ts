// The dependency table as Markdown, for the documentation: `node tools/lint/src/table-markdown.ts`.
import { type Cell, dependencyTable, type Layer, layers } from './dependency-table.ts';

const words: Readonly<Record<Cell, string>> = {
  no: 'no',
  yes: 'yes',
  declared: 'those it declares',
  own: 'its own',
  shared: 'document, event',
  'shared and own': 'document, event and its own',
  'shared and wired': 'document, event, extension, workflow',
  manifest: 'manifests, by `import()`',
};
const listed = (names: readonly string[] | string) =>
  typeof names === 'string' ? names : names.join(', ') || 'none';
const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

/** One row for each layer, one column for what it may import. */
export function tableMarkdown(): string {
  const head = ['from \\ may import', ...layers, 'npm', 'modules of Node'];
  const row = (from: Layer) => {
    const { may, npm, node } = dependencyTable[from];
    return [from, ...layers.map((to) => words[may[to]]), listed(npm), listed(node)];
  };
  return [head, head.map(() => '---'), ...layers.map(row)].map(line).join('\n');
}

if (import.meta.main) process.stdout.write(`${tableMarkdown()}\n`);
