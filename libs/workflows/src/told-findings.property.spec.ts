/** Whatever a file holds, what is said about it fits into a message. */
import { codecOf } from '@morrow/contract';
import { definitionBytesMax, Workflows } from '@morrow/protocol-workflows';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readText } from './definition-text.ts';
import { listedChanges, listedProblems } from './told-findings.ts';

const { lint, diff } = Workflows.spec.operations;
const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const runs = { seed, numRuns: 300 };
const anyText = fc.string({ unit: 'binary', maxLength: 900 });
const kind = fc.constantFrom('added', 'removed', 'changed');

it(`problems and changes of any text travel, seed ${seed}`, () => {
  const finding = fc.record({ place: anyText, sentence: anyText, kind });
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 90 }), (findings) => {
      const problems = codecOf(lint.output).encode(listedProblems(findings));
      const changes = codecOf(diff.output).encode(listedChanges(findings));
      expect(codecOf(lint.output).decode(problems)).toBeTruthy();
      expect(codecOf(diff.output).decode(changes)).toBeTruthy();
    }),
    runs,
  );
});

it(`a file of any bytes is read or refused with its place, seed ${seed}`, () => {
  const yaml = fc.string({ unit: fc.constantFrom(...'{}[]:-&*!|>\'"%@`#?, \n\tab1') });
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array)),
    yaml.map((text) => Buffer.from(text)),
    fc.constant(Buffer.alloc(definitionBytesMax + 1, 0x20)),
  );
  fc.assert(
    fc.property(bytes, (file) => {
      const read = readText(file.toString('base64url'));
      if (read.definition) return;
      const [first] = read.problems;
      expect(first?.sentence).toMatch(/\S/);
      expect([first?.line, first?.column].every((at) => Number(at) >= 1)).toBe(true);
      codecOf(lint.output).encode(listedProblems(read.problems));
    }),
    runs,
  );
});
