/** Workflows as data: their form, their expressions, what is wrong with them, and their builder. */
export * from './evaluator.ts';
export { durationFault, durationMs } from './iso-duration.ts';
export { definitionOf, placeOf, type Path, type PositionOf, type Problem } from './problem.ts';
export * from './read-workflow.ts';
export * from './workflow.schemas.ts';
export { validateWorkflow } from './validate-workflow.ts';
export { ancestorsOf, orderOf } from './check-graph.ts';
