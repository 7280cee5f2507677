// ESLint rule `morrow/plain-domain`: no clock, chance, timer, process or network in libs/ (law 4).
import type { Rule, Scope } from 'eslint';

/** Globals that read or move the world, whatever is done with them. */
const worldly = new Set([
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame'],
  ...['process', 'performance', 'crypto', 'console', 'globalThis', 'global', 'window', 'self'],
  ...['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest', 'localStorage', 'navigator'],
  ...['eval', 'Function', 'WeakRef', 'FinalizationRegistry'],
]);

interface Reading {
  readonly type: string;
  readonly callee?: unknown;
  readonly object?: unknown;
  readonly property?: { readonly name?: string; readonly value?: unknown };
  readonly arguments?: readonly unknown[];
}

/** What reads the clock or draws a number, as it should be named to its author. */
function worldlyUse(identifier: { readonly name: string }, parent: Reading): string | undefined {
  const { name } = identifier;
  if (worldly.has(name)) return name;
  if (name === 'Date' && parent.callee === identifier)
    if (parent.type === 'CallExpression' || parent.arguments?.length === 0) return `${name}()`;
  if (parent.type !== 'MemberExpression' || parent.object !== identifier) return undefined;
  const member = parent.property?.name ?? parent.property?.value;
  const isWorldly =
    (name === 'Date' && member === 'now') ||
    (name === 'Math' && member === 'random') ||
    (name === 'Temporal' && member === 'Now') ||
    (name === 'Atomics' && /^wait/.test(String(member)));
  return isWorldly ? `${name}.${String(member)}` : undefined;
}

/** References to names that nothing in the file or its imports declares. */
function globalReferences(scope: Scope.Scope): Scope.Reference[] {
  const undeclared = [...scope.set.values()].filter(({ defs }) => defs.length === 0);
  return [...scope.through, ...undeclared.flatMap(({ references }) => references)];
}

export const plainDomainRule: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { refused: "'{{use}}' reads or moves the world: take it as an argument or a port." },
  },
  create(context) {
    return {
      'Program:exit'() {
        const scope = context.sourceCode.scopeManager.globalScope;
        for (const reference of new Set(scope ? globalReferences(scope) : [])) {
          if ('isTypeReference' in reference && reference.isTypeReference) continue;
          const identifier = reference.identifier as Rule.Node & { readonly name: string };
          const use = worldlyUse(identifier, identifier.parent as unknown as Reading);
          if (use) context.report({ node: identifier, messageId: 'refused', data: { use } });
        }
      },
    };
  },
};
