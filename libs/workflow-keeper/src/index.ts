/** Workflows as data: their form, their expressions, what is wrong with them, and their builder. */
export type { Approved, Expr, Filled } from './builder-types.ts';
export * from './advance.ts';
export { ancestorsOf, orderOf } from './check-graph.ts';
export * from './diff-workflows.ts';
export * from './evaluator.ts';
export type { Happening } from './happening.ts';
export * from './instance.ts';
export { scopeOf } from './draft.ts';
export { durationFault, durationMs } from './iso-duration.ts';
export { machineOf, type Machine, type Question } from './machine.ts';
export { definitionOf, placeOf, type Path, type PositionOf, type Problem } from './problem.ts';
export * from './read-workflow.ts';
export { eventOf, operationOf, type Catalog } from './readable-scope.ts';
export * from './retry-policy.ts';
export { validateWorkflow } from './validate-workflow.ts';
export * from './work-of.ts';
export * from './workflow-builder.ts';
export * from './workflow.schemas.ts';
