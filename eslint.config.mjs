// Lint of the whole repository: typed TypeScript rules, sizes, and the rules of tools/lint.
import tseslint from 'typescript-eslint';
import {
  createDependencyRule,
  createDocumentsOnlyRule,
  plainDomainRule,
  readWorkspace,
} from './tools/lint/src/index.ts';

const root = import.meta.dirname;
const morrow = {
  rules: {
    dependencies: createDependencyRule(root, readWorkspace(root)),
    'documents-only': createDocumentsOnlyRule(root, readWorkspace(root)),
    'plain-domain': plainDomainRule,
  },
};
const sources = '{apps,libs,protocols,adapters,tools}/*/src/**/*.{ts,tsx}';
const tests = [
  '**/*.{spec,int-spec,e2e-spec,scenarios,features,bench}.{ts,tsx}',
  '**/src/**/{suite,scenarios,kill}/**',
  '**/{world,*-world}.ts',
];

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.nx/', '.data/', 'coverage/', 'deploy/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx,mjs}'],
    extends: [...tseslint.configs.strict, ...tseslint.configs.stylistic],
    plugins: { morrow },
    rules: {
      'morrow/dependencies': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_$' },
      ],
      '@typescript-eslint/array-type': 'off',
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': ['error', { ignoreReadBeforeAssign: true }],
      'object-shorthand': 'error',
    },
  },
  {
    files: [sources],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  { files: ['libs/**'], ignores: tests, rules: { 'morrow/plain-domain': 'error' } },
  { files: ['libs/**'], rules: { 'morrow/documents-only': 'error' } },
  {
    files: tests,
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/await-thenable': 'off',
    },
  },
  // Nest's modules are classes without members.
  { files: ['apps/*/src/**'], rules: { '@typescript-eslint/no-extraneous-class': 'off' } },
);
