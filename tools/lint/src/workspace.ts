// The packages of the workspace as the dependency table sees them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Layer, layers } from './dependency-table.ts';

export interface WorkspacePackage {
  readonly name: string;
  /** Relative to the root, with forward slashes: `libs/finance`. */
  readonly folder: string;
  readonly layer: Layer;
  /** Names of all packages in any of its dependency lists. */
  readonly declared: readonly string[];
}

/** What of a package.json matters here. */
export interface PackageManifest {
  readonly name: string;
  readonly nx?: { readonly tags?: readonly string[] };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The layer that a package.json names; undefined where it names none that the table knows. */
export function layerOf(manifest: PackageManifest): Layer | undefined {
  const tags = (manifest.nx?.tags ?? []).filter((tag) => tag.startsWith('layer:'));
  return tags.length === 1 ? layers.find((layer) => tags[0] === `layer:${layer}`) : undefined;
}

/** Refuses a package without a layer: nothing could be said about its imports. */
export function describePackage(folder: string, manifest: PackageManifest): WorkspacePackage {
  const layer = layerOf(manifest);
  if (!layer) throw new Error(`${folder}/package.json: one tag layer:… of ${layers.join(', ')}`);
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest;
  const lists = { ...dependencies, ...devDependencies, ...optionalDependencies };
  return {
    name: manifest.name,
    folder,
    layer,
    declared: Object.keys({ ...lists, ...peerDependencies }),
  };
}

const readManifest = (file: string) =>
  JSON.parse(readFileSync(file, 'utf8')) as PackageManifest & { workspaces?: string[] };

/** Reads every package below the root's `workspaces` patterns, also those not installed yet. */
export function readWorkspace(root: string): readonly WorkspacePackage[] {
  const groups = (readManifest(join(root, 'package.json')).workspaces ?? []).map((pattern) =>
    pattern.replace('/*', ''),
  );
  return groups
    .filter((group) => existsSync(join(root, group)))
    .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort()
    .map((folder) => describePackage(folder, readManifest(join(root, folder, 'package.json'))));
}
