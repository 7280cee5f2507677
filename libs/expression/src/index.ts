/** Expressions people write: JSONata within limits, templates, and what they read and give. */
export * from './check-fields.ts';
export * from './check-reach.ts';
export * from './evaluate-expression.ts';
export { expressionLengthMax, parseExpression, type Expression } from './expression.ts';
export { placeOf, type Finding, type Path } from './finding.ts';
export { childrenOf, type SyntaxNode } from './syntax-tree.ts';
export { cachedEvaluation, fill, Unevaluated, wrongType } from './template.ts';
export { wireShapeOf, type Shape } from './wire-shape.ts';
