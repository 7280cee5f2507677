/** Orders: its manifest, and nothing else. */
export { manifest } from './orders.manifest.ts';
