/** Which data and server the command line works on: said before each command, and refused where no
 * business was ever kept. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkout, type Session } from './session.ts';

/** The folder that `M_DATA` names, else that of the checkout. */
export const dataFolder = (): string => resolve(process.env['M_DATA'] || join(checkout, '.data'));

/** The release of this checkout. */
export function releaseHere(): string {
  const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

const isEmpty = (folder: string): boolean =>
  !existsSync(folder) || readdirSync(folder).length === 0;

/** Throws where the folder holds nothing yet: only an import begins a business by itself. */
export function refuseNoBusiness(command: string | undefined): void {
  const folder = dataFolder();
  if (command === 'import' || !isEmpty(folder)) return;
  const named = process.env['M_DATA'] ? ', which M_DATA names' : '';
  throw new Error(
    `There is no business in ${folder}${named}. ` +
      'Check the name of the folder, or start a new business there with `npm start`.',
  );
}

/** One line for standard error: who answers, for which tenant and data. */
export function whereLine({ where }: Session, tenant: string): string {
  const server = where.startsWith('http') ? `server ${where}` : 'no server, data opened here';
  return `[morrow] ${server}; tenant ${tenant}; data ${dataFolder()}\n`;
}
