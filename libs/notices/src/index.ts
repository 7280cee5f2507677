/** Notices: its manifest, and nothing else. */
export { manifest } from './notices.manifest.ts';
