// A workspace with packages of each layer, and what ESLint says of a line planted in one.
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { createDependencyRule } from './dependency-rule.ts';
import { createDocumentsOnlyRule } from './documents-only-rule.ts';
import { type Layer, layers } from './dependency-table.ts';
import { plainDomainRule } from './plain-domain-rule.ts';
import { describePackage, type WorkspacePackage } from './workspace.ts';

const root = import.meta.dirname;
const folders: Readonly<Record<Layer, string>> = {
  kernel: 'libs',
  contract: 'protocols',
  protocol: 'protocols',
  'engine-port': 'protocols',
  language: 'libs',
  keeper: 'libs',
  domain: 'libs',
  regional: 'libs',
  adapter: 'adapters',
  app: 'apps',
  tool: 'tools',
};

/** A package that exists nowhere but here; it declares the names given. */
export const planted = (name: string, layer: Layer, declared: readonly string[] = []) =>
  describePackage(`${folders[layer]}/${name.replace('@morrow/', '')}`, {
    name,
    nx: { tags: [`layer:${layer}`] },
    dependencies: Object.fromEntries(declared.map((dependency) => [dependency, '*'])),
  });

/** Two neighbours for each layer, and the keepers and domains that the table calls by name. */
export const neighbours: readonly WorkspacePackage[] = [
  ...layers.flatMap((layer) => [
    planted(`@morrow/some-${layer}`, layer, [
      ...['@morrow/other-protocol', '@morrow/other-language', 'csv-parse'],
    ]),
    planted(`@morrow/other-${layer}`, layer),
  ]),
  ...['document', 'event', 'book', 'stock', 'workflow'].map((of) =>
    planted(`@morrow/${of}-keeper`, 'keeper'),
  ),
  planted('@morrow/extension', 'keeper'),
  planted('@morrow/workflow-language', 'language'),
  planted('@morrow/finance', 'domain'),
  planted('@morrow/workflows', 'domain'),
];

const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      plugins: {
        morrow: {
          rules: {
            dependencies: createDependencyRule(root, neighbours),
            'documents-only': createDocumentsOnlyRule(root, neighbours),
            'plain-domain': plainDomainRule,
          },
        },
      },
      rules: { 'morrow/dependencies': 'error' },
    },
    {
      files: ['libs/**'],
      rules: { 'morrow/documents-only': 'error', 'morrow/plain-domain': 'error' },
    },
  ],
});

/** Messages of our rules for this text as if it stood in that package. */
export async function lintPlanted(
  packageName: string,
  text: string,
  file = 'planted.ts',
): Promise<readonly string[]> {
  const folder = neighbours.find(({ name }) => name === packageName)?.folder ?? 'nowhere';
  const [result] = await eslint.lintText(text, { filePath: `${root}/${folder}/src/${file}` });
  return result?.messages.map(({ message }) => message) ?? ['ignored'];
}

/** Each way to reach another module, as one line of code. */
export const forms = {
  value: (target: string) => `import { x } from '${target}';`,
  again: (target: string) => `export * from '${target}';`,
  effect: (target: string) => `import '${target}';`,
  type: (target: string) => `import type { X } from '${target}';`,
  'type again': (target: string) => `export type { X } from '${target}';`,
  'type in place': (target: string) => `export let x: import('${target}').X;`,
  'old style': (target: string) => `import x = require('${target}');`,
  required: (target: string) => `require('${target}');`,
  resolved: (target: string) => `import.meta.resolve('${target}');`,
  dynamic: (target: string) => `void import('${target}');`,
  'dynamic template': (target: string) => `void import(\`${target}\`);`,
} as const;
