/** The suite that defines a binding, for the tests of adapters. */
export * from './binding.features.ts';
export * from './till.protocol.ts';
