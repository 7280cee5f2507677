/** Programs of the checkout that tests start as processes of their own, from source. */
import { resolve } from 'node:path';
import { checkout } from '@morrow/business/parts/settings';

const sources = resolve(checkout, 'apps/business/src');
const program = (name: string) => resolve(sources, name);

/** The backend: what `M_MODULES` names, in one process. */
export const backendProgram = program('main.ts');
/** A fleet: the broker, and a process for each module. */
export const fleetProgram = program('fleet.ts');
/** A month of sales: the sample of `morrow import retail sample`. */
export const sampleFile = resolve(checkout, 'deploy/samples/online-retail-2010-12.csv.gz');

/** Arguments with which Node runs a program from source; every package is then its TypeScript. */
export const fromSource = (file: string, ...flags: readonly string[]): string[] => [
  '--conditions=@morrow/source',
  ...flags,
  file,
];
