/** The backend as a library: what the command line needs where no server runs. */
export { openInProcess, type InProcess } from './in-process.ts';
