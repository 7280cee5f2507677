// ESLint rule `morrow/dependencies`: every form of import, held to the dependency table.
import { relative, sep } from 'node:path';
import type { Rule } from 'eslint';
import { dependencyTable, isTestFile } from './dependency-table.ts';
import { type Import, importRefusal } from './import-refusal.ts';
import type { WorkspacePackage } from './workspace.ts';

/** The parts of syntax nodes that carry an import, TypeScript's own forms among them. */
interface ImportSyntax {
  readonly type: string;
  readonly importKind?: string;
  readonly exportKind?: string;
  readonly source?: ImportSyntax | null;
  readonly expression?: ImportSyntax;
  readonly callee?: ImportSyntax;
  readonly object?: ImportSyntax;
  readonly property?: ImportSyntax;
  readonly name?: string;
  readonly arguments?: readonly ImportSyntax[];
  readonly value?: unknown;
  readonly quasis?: readonly { readonly value: { readonly cooked: string } }[];
}

/** The text of a string or of a template without holes; undefined where it is computed. */
function textOf(node: ImportSyntax | undefined): string | undefined {
  if (typeof node?.value === 'string') return node.value;
  return node?.quasis?.length === 1 ? node.quasis[0]?.value.cooked : undefined;
}

/** `require(x)`, `require.resolve(x)` and `import.meta.resolve(x)` load what they name. */
function isLoader({ callee }: ImportSyntax): boolean {
  if (callee?.type === 'Identifier') return callee.name === 'require';
  if (callee?.type !== 'MemberExpression' || callee.property?.name !== 'resolve') return false;
  return callee.object?.type === 'MetaProperty' || callee.object?.name === 'require';
}

/** Makes the rule for these packages; files of no package are left alone. */
export function createDependencyRule(
  root: string,
  packages: readonly WorkspacePackage[],
): Rule.RuleModule {
  return {
    meta: { type: 'problem', schema: [], messages: { refused: '{{refusal}}' } },
    create(context) {
      const file = relative(root, context.filename).split(sep).join('/');
      const from = packages.find(({ folder }) => file.startsWith(`${folder}/`));
      if (!from) return {};
      const refuse = (node: Rule.Node, refusal: string) =>
        context.report({ node, messageId: 'refused', data: { refusal } });
      const check = (node: Rule.Node, target: ImportSyntax | undefined, form: Import['form']) => {
        const specifier = textOf(target);
        const isPlain = dependencyTable[from.layer].node !== 'all' && !isTestFile(file);
        if (specifier === undefined) {
          if (isPlain) refuse(node, 'What is imported is computed: nothing can be said about it.');
          return;
        }
        const refusal = importRefusal({ from, file, specifier, form }, packages);
        if (refusal) refuse(node, refusal);
      };
      const checkSource = (node: Rule.Node) => {
        const { source, importKind, exportKind } = node as ImportSyntax;
        const isType = importKind === 'type' || exportKind === 'type';
        if (source) check(node, source, isType ? 'type' : 'value');
      };
      return {
        ImportDeclaration: checkSource,
        ExportNamedDeclaration: checkSource,
        ExportAllDeclaration: checkSource,
        ImportExpression: (node) => check(node, node.source as ImportSyntax, 'dynamic'),
        CallExpression: (node) => {
          const call = node as unknown as ImportSyntax;
          if (isLoader(call)) check(node, call.arguments?.[0], 'dynamic');
        },
        TSImportType: (node: Rule.Node) =>
          check(node, (node as unknown as ImportSyntax).source ?? undefined, 'type'),
        TSExternalModuleReference: (node: Rule.Node) =>
          check(node, (node as unknown as ImportSyntax).expression, 'value'),
      };
    },
  };
}
