/** A problem of a file: where it stands and what is wrong, in one sentence for a person. */
import { placeOf, type Finding, type Path } from '@morrow/expression';

export interface Problem {
  /** `steps.reserve.input.lines[0].item`; empty for the whole. */
  readonly place: string;
  /** Line and column of the file, from 1, where it came from a file. */
  readonly line?: number;
  readonly column?: number;
  readonly sentence: string;
}

export const tooDeep = 'This is nested too deeply to be read.';

/** Where a path stands in a file. */
export type PositionOf = (path: Path) => { readonly line: number; readonly column: number };

export const problemOf = ({ path, sentence }: Finding, positionOf?: PositionOf): Problem => ({
  place: placeOf(path),
  ...positionOf?.(path),
  sentence,
});
