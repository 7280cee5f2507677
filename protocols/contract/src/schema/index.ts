/** Schemas of protocols: compiled codecs, limits of messages, and the values all share. */
export { Base64, Code, codeFrom } from './code.ts';
export { codecOf, type Codec } from './codec.ts';
export { JsonText } from './json-text.ts';
export { largestMessage } from './largest-message.ts';
export { Text } from './text.ts';
export { valueCodec, type Travel } from './value-codec.ts';
export * from './values.ts';
export { wireFaults } from './wire-faults.ts';
