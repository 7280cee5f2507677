// What the checkout holds already: its domains, protocols and document types, read by loading them.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DocumentType, ModuleManifest, Protocol } from '@morrow/contract';
import { Refused } from './names.ts';
import { kebabCase, pascalCase } from './words.ts';

export interface Checkout {
  readonly root: string;
  /** Text of a file by its path from the root. */
  read(path: string): string;
  has(path: string): boolean;
  protocol(name: string): Promise<Protocol>;
  manifest(domain: string): Promise<ModuleManifest>;
  /** The file that declares a document type of a domain, and the name that it exports it under. */
  documentFile(domain: string, document: string): Promise<{ path: string; name: string }>;
  /** Names of the protocols of domains; those of the platform are left out. */
  protocols(): readonly string[];
  domains(): readonly string[];
}

const platform = ['contract', 'engines', 'keeping'];
const camelCase = (folder: string) =>
  folder.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function refuseUnknown(what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const choice = `choose among ${known.join(', ')}`;
  throw new Refused(
    name ? `There is no ${what} '${name}': ${choice}.` : `Name the ${what} first: ${choice}.`,
  );
}

export const manifestPath = (domain: string): string =>
  `libs/${kebabCase(domain)}/src/${kebabCase(domain)}.manifest.ts`;
export const protocolPath = (protocol: string): string =>
  `protocols/${kebabCase(protocol)}/src/index.ts`;

export function openCheckout(root: string): Checkout {
  const has = (path: string) => existsSync(join(root, path));
  const load = (path: string) =>
    import(pathToFileURL(join(root, path)).href) as Promise<Record<string, unknown>>;
  const foldersOf = (pattern: string) =>
    globSync(pattern, { cwd: root })
      .map((path) => camelCase(path.split('/')[1] ?? ''))
      .toSorted();
  const domains = () => foldersOf('libs/*/src/*.manifest.ts');
  const protocols = () =>
    foldersOf('protocols/*/src/index.ts').filter((name) => !platform.includes(name));
  return {
    root,
    has,
    domains,
    protocols,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    async protocol(name) {
      refuseUnknown('protocol', name, protocols());
      return (await load(protocolPath(name)))[pascalCase(name)] as Protocol;
    },
    async manifest(domain) {
      refuseUnknown('domain', domain, domains());
      return (await load(manifestPath(domain)))['manifest'] as ModuleManifest;
    },
    async documentFile(domain, document) {
      for (const path of globSync(`libs/${kebabCase(domain)}/src/*.document.ts`, { cwd: root }))
        for (const [name, value] of Object.entries(await load(path)))
          if ((value as Partial<DocumentType> | undefined)?.name === document)
            return { path, name };
      throw new Refused(`libs/${kebabCase(domain)} has no file *.document.ts for ${document}.`);
    },
  };
}
