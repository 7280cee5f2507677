/** Values with laws: what every layer may stand on. */
export * from './currency.ts';
export * from './decimal.ts';
export * from './id.ts';
export * from './instant.ts';
export * from './invariant.ts';
export * from './json.ts';
export * from './lifecycle-versions.ts';
export * from './lifecycle.ts';
export * from './money.ts';
export * from './quantity.ts';
export * from './text-order.ts';
export * from './visible-text.ts';
