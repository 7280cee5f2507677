/** Wms: its manifest, and nothing else. */
export { manifest } from './wms.manifest.ts';
