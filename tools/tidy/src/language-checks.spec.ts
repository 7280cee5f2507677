// The rule about the language of users: phrases are planted and seen caught, plain ones pass.
import { describe, expect, it } from 'vitest';
import { speaksPlainly } from './language-checks.ts';

const sentencesOf = (path: string, text: string) =>
  speaksPlainly([{ path, text }]).map(({ line, sentence }) => `${line}: ${sentence}`);
const protocol = 'protocols/orders/src/index.ts';

describe('speaksPlainly', () => {
  it.each([
    [protocol, "\n  summary: 'Stock is reserved by and by',\n", '2: ', 'by and by'],
    [protocol, "  sentence: 'This is done no way any more.',\n", '1: ', 'any more'],
    ['apps/cli/src/main.ts', "  .option('--x', `all of them unless told`)\n", '1: ', 'unless told'],
    ['libs/orders/src/x.ts', "const x = 'by and by';\n", '1: ', 'by and by'],
    ['README.md', '# Morrow\n\nThe owner shall be asked.\n', '3: ', 'shall'],
    ['docs/guides/a-b.md', 'It says what it wrote:\n', '1: ', 'says what'],
  ])('catches a phrase in %s', (path, text, line, phrase) => {
    const [found] = sentencesOf(path, text);
    expect(found).toMatch(new RegExp(`^${line}'${phrase}': write `));
  });

  it.each([
    [protocol, "  summary: 'Stock is reserved asynchronously',\n"],
    [protocol, '  /** Whoever reads this is a programmer. */\n'],
    [protocol, '// This shall pass.\n'],
    ['tools/bench/src/x.ts', "const x = 'by and by';\n"],
    ['apps/cli/src/x.spec.ts', "const x = 'by and by';\n"],
    ['docs/benchmarks.md', 'It is measured anew.\n'],
  ])('passes %s with %j', (path, text) => {
    expect(sentencesOf(path, text)).toEqual([]);
  });
});
