/** Proves that a local copy, JSON bytes and zod itself agree, with and without code generation. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { runCodecLaws } from './codec-laws.features.ts';

const numRuns = Number(process.env['RUNS'] ?? 1500);
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const limitMs = 60_000 + numRuns * 20;

describe('whatever the schema and the value', () => {
  test(
    `local copy, bytes and zod agree (${numRuns} runs, seed ${seed})`,
    () => {
      const { kept, refused } = runCodecLaws(numRuns, seed);
      expect(kept + refused).toBe(numRuns);
      expect(kept).toBeGreaterThan(numRuns / 4);
    },
    limitMs,
  );

  test(
    `they agree where evaluating code is forbidden (${numRuns} runs, seed ${seed})`,
    async () => {
      const laws = new URL('./codec-laws.features.ts', import.meta.url).href;
      const script = `const { runCodecLaws } = await import(${JSON.stringify(laws)});
        let isForbidden = false;
        try { new Function(''); } catch { isForbidden = true; }
        const { kept, refused } = runCodecLaws(${numRuns}, ${seed});
        console.log(JSON.stringify({ isForbidden, total: kept + refused }));`;
      const flags = ['--disallow-code-generation-from-strings', '--conditions=@morrow/source'];
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [...flags, '--input-type=module', '--eval', script],
        { cwd: new URL('.', import.meta.url) },
      );
      expect(JSON.parse(stdout)).toEqual({ isForbidden: true, total: numRuns });
    },
    limitMs,
  );
});
