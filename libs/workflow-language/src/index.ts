/** Workflows as data: their form, how they are read, what is wrong with them, and their builder. */
export type { Approved, Expr, Filled } from './builder-types.ts';
export * from './check-definition.ts';
export { ancestorsOf, orderOf } from './check-graph.ts';
export { correlationOf, type Correlation } from './correlation.ts';
export { definitionOf } from './definition-form.ts';
export * from './diff-workflows.ts';
export * from './evaluator.ts';
export { durationFault, durationMs } from './iso-duration.ts';
export type { PositionOf, Problem } from './problem.ts';
export * from './read-workflow.ts';
export * from './read-yaml.ts';
export { eventSpecOf, operationSpecOf, type Catalog } from './readable-scope.ts';
export { validateWorkflow } from './validate-workflow.ts';
export * from './workflow-builder.ts';
export * from './workflow.schemas.ts';
