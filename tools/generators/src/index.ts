/** Generators: new domains, documents and operations that are green at once. */
export { generate, type GeneratorRequest } from './generate.ts';
export { Refused } from './names.ts';
export { copyCheckout, type CopiedCheckout, type Ended } from './copied-checkout.ts';
