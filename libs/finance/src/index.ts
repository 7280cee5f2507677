/** Finance: its manifest, and nothing else. */
export { manifest } from './finance.manifest.ts';
