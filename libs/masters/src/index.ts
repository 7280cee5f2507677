/** Masters: its manifest, and nothing else. */
export { manifest } from './masters.manifest.ts';
