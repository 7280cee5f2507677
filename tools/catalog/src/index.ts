/** The catalog of modules and events, written from their manifests and protocols. */
export * from './catalog-page.ts';
export * from './diagrams.ts';
