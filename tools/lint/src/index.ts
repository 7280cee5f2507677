/** Lint of the repository: the dependency table and the rules of its own that ESLint runs. */
export {
  dependencyTable,
  isTestFile,
  type Layer,
  layers,
  owners,
  sharedKeepers,
} from './dependency-table.ts';
export { createDependencyRule } from './dependency-rule.ts';
export { createDocumentsOnlyRule } from './documents-only-rule.ts';
export { packageOf } from './import-refusal.ts';
export { plainDomainRule } from './plain-domain-rule.ts';
export { tableMarkdown } from './table-markdown.ts';
export { layerOf, type PackageManifest, readWorkspace } from './workspace.ts';
