/** The backend as a library: what the command line needs where no server runs. */
export { brokerConfiguration } from './broker-config.ts';
export { openInProcess, type InProcess } from './in-process.ts';
export { loadManifests } from './module-catalog.ts';
export { readPlacement } from './settings.ts';
