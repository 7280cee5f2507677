/** The suite that defines a store, for the tests of adapters, and what it stores. */
export * from './notes.ts';
export { storeSuite } from './store.features.ts';
