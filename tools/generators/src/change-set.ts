// A set of new and edited files: computed whole and formatted first, then written, or not at all.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Checkout } from './checkout.ts';
import { Refused } from './names.ts';
import { open, textOf, type Edited } from './syntax.ts';

export interface Change {
  readonly path: string;
  readonly text: string;
  readonly isNew: boolean;
}

const columnsMax = 100;

function refuseWide({ path, text }: Change): void {
  if (path.endsWith('.ts') && text.split('\n').some((line) => line.length > columnsMax))
    throw new Refused(`${path} would have a line over ${columnsMax} columns: find shorter words.`);
}

export class ChangeSet {
  readonly #checkout: Checkout;
  readonly #created = new Map<string, string>();
  readonly #edited = new Map<string, Edited>();

  constructor(checkout: Checkout) {
    this.#checkout = checkout;
  }

  /** A new file. Refuses a path that is taken. */
  create(path: string, text: string): void {
    if (this.#checkout.has(path) || this.#created.has(path))
      throw new Refused(`${path} is there already: choose another name.`);
    this.#created.set(path, text);
  }

  /** An existing file, for insertions. It is written only where something is inserted. */
  edit(path: string): Edited {
    const file = this.#edited.get(path) ?? open(path, this.#checkout.read(path));
    this.#edited.set(path, file);
    return file;
  }

  /** What will be written, formatted as the repository is. Refuses names that make lines wide. */
  async changes(): Promise<readonly Change[]> {
    const { root } = this.#checkout;
    const options = await resolveConfig(join(root, 'package.json'));
    const inStyle = (path: string, text: string) =>
      path.endsWith('.md') ? text : format(text, { ...options, filepath: join(root, path) });
    const created = [...this.#created].map(async ([path, text]) => ({
      path,
      text: await inStyle(path, text),
      isNew: true,
    }));
    const touched = [...this.#edited.values()].filter(({ insertions }) => insertions.length);
    const edited = touched.map(async (file) => ({
      path: file.path,
      text: await inStyle(file.path, textOf(file)),
      isNew: false,
    }));
    const changes = await Promise.all([...created, ...edited]);
    changes.forEach(refuseWide);
    return changes;
  }
}

/** Writes all of them; where one cannot be written, those before it are taken back. */
export function writeAll(root: string, changes: readonly Change[]): void {
  const undo: (() => void)[] = [];
  try {
    for (const { path, text, isNew } of changes) {
      const file = join(root, path);
      const firstFolder = mkdirSync(dirname(file), { recursive: true });
      const before = isNew ? undefined : readFileSync(file, 'utf8');
      undo.push(() => {
        if (before === undefined) rmSync(firstFolder ?? file, { recursive: true, force: true });
        else writeFileSync(file, before);
      });
      writeFileSync(file, text);
    }
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  }
}
