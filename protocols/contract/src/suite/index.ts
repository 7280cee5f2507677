/** Suites: what defines a binding, for the tests of adapters, and what every document holds. */
export * from './binding.features.ts';
export * from './claim.features.ts';
export * from './open-binding.ts';
export * from './till.protocol.ts';
export * from './document.features.ts';
export { wireValues } from './wire-values.ts';
