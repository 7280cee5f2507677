/** Guesses which name was meant by one that nothing has: `upto` for `upTo`. */

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string
 * alignment). */
function editsBetween(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    const above = rows[i - 1] ?? [];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      const replaced = (above[j - 1] ?? 0) + (isSame ? 0 : 1);
      const isSwap = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const swapped = isSwap ? (rows[i - 2]?.[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, swapped));
    }
    rows.push(row);
  }
  return rows[one.length]?.[other.length] ?? Infinity;
}

/** Longer words are not compared: the work grows with both lengths. */
const lengthMax = 60;

/** The name that differs least, if at most a third of its letters differ, in any case. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  if (word.length > lengthMax) return undefined;
  const plain = word.toLowerCase().replace(/[^a-z0-9]/g, '');
  const ranked = names
    .map((name) => ({ name, edits: editsBetween(plain, name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.ceil(name.length / 3) && edits < name.length)
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.name;
}
