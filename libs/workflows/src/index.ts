/** Workflows: its manifest, and nothing else. */
export { manifest } from './workflows.manifest.ts';
