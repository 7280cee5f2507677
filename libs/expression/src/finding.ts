/** What is wrong with a value that people wrote: where it stands and one sentence about it. */

/** Keys and positions from the root of the value: `['steps', 'ship', 'after', 0]`. */
export type Path = readonly (string | number)[];

export interface Finding {
  readonly path: Path;
  readonly sentence: string;
}

/** A path as people read it: `steps.reserve.input.lines[0].item`; empty for the whole. */
export const placeOf = (path: Path): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');

/** The finding that a sentence makes, or none. */
export const faultOf = (sentence: string | undefined, path: Path): Finding[] =>
  sentence ? [{ path, sentence }] : [];
