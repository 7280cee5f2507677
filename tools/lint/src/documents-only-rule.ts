// ESLint rule `morrow/documents-only`: a domain reads its documents for somebody, and never past
// the permissions of whoever asks.
import { relative, sep } from 'node:path';
import type { Rule } from 'eslint';
import { isTestFile } from './dependency-table.ts';
import type { WorkspacePackage } from './workspace.ts';

interface Named {
  readonly type: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly property?: unknown;
}
/** Whether the node is that name, or ends in it. */
function isNamed(node: unknown, name: string): boolean {
  const { type, name: own, value, property } = node as Named;
  return type === 'MemberExpression' ? isNamed(property, name) : (own ?? value) === name;
}

/** Refuses `stores.of(…)` in the packages of domains. */
export function createDocumentsOnlyRule(
  root: string,
  packages: readonly WorkspacePackage[],
): Rule.RuleModule {
  return {
    meta: {
      type: 'problem',
      schema: [],
      messages: {
        refused: 'A domain has no store: read documents(context), or kept(context) of the engines.',
      },
    },
    create(context) {
      const file = relative(root, context.filename).split(sep).join('/');
      const owner = packages.find(({ folder }) => file.startsWith(`${folder}/`));
      if (owner?.layer !== 'domain' || isTestFile(file)) return {};
      return {
        MemberExpression(node) {
          if (isNamed(node.property, 'of') && isNamed(node.object, 'stores'))
            context.report({ node, messageId: 'refused' });
        },
      };
    },
  };
}
