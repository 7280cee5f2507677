/** Rules of commands that create or change many records at once, each named by its code. */
import { isName } from '@morrow/kernel';

export interface Named {
  readonly code: string;
  readonly name: string;
}

/** The records by their codes; one that is given twice alike is one. Throws what `givenTwice` makes
 * of a code that is given with different details, and what `noName` makes of one without a name. */
export function byCode<Details extends Named>(
  all: readonly Details[],
  noName: (code: string) => Error,
  givenTwice: (code: string) => Error,
): Map<string, Details> {
  const wanted = new Map<string, Details>();
  for (const details of all) {
    const { code } = details;
    if (!isName(details.name)) throw noName(code);
    const other = wanted.get(code);
    if (other && !isAlike(other, details)) throw givenTwice(code);
    wanted.set(code, details);
  }
  return wanted;
}

const isAlike = (one: object, other: object): boolean => {
  const [a, b] = [one, other].map((each) =>
    JSON.stringify(Object.entries(each).sort(([x], [z]) => (x < z ? -1 : 1))),
  );
  return a === b;
};
