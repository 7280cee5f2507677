/** Any text in any field, once exported, is accepted by hledger and beancount and reads back equal;
 * the tools are those of the machine, or Debian's. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import type { Account } from '@morrow/protocol-ledger';
import { describe, expect, it } from 'vitest';
import { beancountText, hledgerText, type JournalEntry } from './index.ts';

interface Tools {
  readonly hledger?: string;
  readonly beancount?: { readonly python: string; readonly env: Record<string, string> };
}
const finder = resolve(import.meta.dirname, '../../../tools/setup/accounting-tools.mjs');
const tools = JSON.parse(
  spawnSync(process.execPath, [finder], { encoding: 'utf8' }).stdout || '{}',
) as Tools;
const missing = (tool: keyof Tools) => {
  if (tools[tool]) return false;
  console.log(`skipped: there is no ${tool} here, and Debian's package cannot be had`);
  return true;
};

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const day = '2010-12-01' as JournalEntry['date'];
const telling = [
  ...['(draft of January', '; comment', '  two  spaces  ', 'a\tb', '"quoted"', "it's", 'a | b'],
  ...['* star', '! mark', '=2010-12-02', '(code) text', '漢字 Ä', '\u202ebidi', 'a\nb\r\nc', ''],
  ...['\u00a0edge\u2003', '#tag ^link', 'back\\slash \\n', '\u2028', '2010-12-01 open', '%3B', ':'],
];
const text = fc.oneof(
  fc.constantFrom(...telling),
  fc
    .string({ unit: 'binary', maxLength: 60 })
    .filter((each) => each.isWellFormed() && !each.includes('\0')),
);
const ascii = "Ab9_.,:;|+*/#@&()' -";
const code = fc.string({ unit: fc.constantFrom(...ascii, 'Ä', '漢'), minLength: 1, maxLength: 16 });
const kinds = ['asset', 'liability', 'equity', 'income', 'expense'] as const;
const accountsOf = fc.uniqueArray(
  fc.record({
    code,
    name: text,
    kind: fc.constantFrom(...kinds),
    isPostable: fc.constant(true),
  }),
  { selector: (account) => account.code, minLength: 2, maxLength: 6 },
);
interface Book {
  readonly accounts: readonly Account[];
  readonly entries: readonly JournalEntry[];
}
const entriesOf = (accounts: readonly Account[]): fc.Arbitrary<JournalEntry> =>
  fc
    .tuple(
      text,
      code,
      fc.bigInt({ min: 1n, max: 10n ** 18n - 1n }),
      fc.shuffledSubarray([...accounts], { minLength: 2, maxLength: 2 }),
    )
    .map(([memo, source, amount, [debit, credit]]) => ({
      entryId: '0196b0a4-0000-7000-8000-000000000001' as JournalEntry['entryId'],
      date: day,
      currency: 'GBP',
      memo,
      source,
      lines: [
        { account: debit?.code ?? '', amount },
        { account: credit?.code ?? '', amount: -amount },
      ],
    }));
const books: fc.Arbitrary<Book> = accountsOf.chain((accounts) =>
  fc
    .array(entriesOf(accounts), { minLength: 20, maxLength: 60 })
    .map((entries) => ({ accounts, entries })),
);

async function textOf(form: typeof hledgerText, { accounts, entries }: Book): Promise<string> {
  let whole = '';
  for await (const piece of form(accounts, entries)) whole += piece;
  return whole;
}
/** Runs a tool on a journal in a file; its standard output, and what it complains of. */
function ask(
  command: string,
  args: (file: string) => readonly string[],
  journal: string,
  env: Record<string, string> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-read-back-'));
  try {
    const file = join(folder, 'journal.txt');
    writeFileSync(file, journal);
    const options = { env: { ...process.env, LC_ALL: 'C.UTF-8', ...env }, maxBuffer: 1e8 };
    const ran = spawnSync(command, args(file), { encoding: 'utf8', ...options });
    return { status: ran.status, out: ran.stdout, complaint: ran.stderr.replaceAll(folder, '') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
interface Told {
  readonly memo: string;
  readonly source: string;
  readonly amounts: readonly string[];
}
const toldOf = ({ memo, source, lines }: JournalEntry): Told => ({
  memo,
  source,
  amounts: lines.map(({ amount }) => String(amount)),
});
const byText = (told: readonly Told[]) => told.map((one) => JSON.stringify(one)).toSorted();

interface HledgerTransaction {
  readonly tcode: string;
  readonly tdescription: string;
  readonly ttags: readonly (readonly [string, string])[];
  readonly tpostings: readonly {
    readonly pamount: readonly {
      readonly aquantity: { readonly decimalMantissa: number | bigint };
    }[];
  }[];
}
/** What hledger's own JSON says; tags hold what a line cannot. Integers stay exact. */
function toldByHledger(json: string): readonly Told[] {
  const exact = json.replace(/"decimalMantissa":\s*(-?\d+)/g, '"decimalMantissa":"$1"');
  return (JSON.parse(exact) as HledgerTransaction[]).map((one) => {
    const tag = (name: string) => one.ttags.find(([key]) => key === name)?.[1];
    const decoded = (name: string, shown: string) => {
      const value = tag(name);
      return value === undefined ? shown : decodeURIComponent(value);
    };
    return {
      memo: decoded('memo', one.tdescription),
      source: decoded('source', one.tcode),
      amounts: one.tpostings.map(({ pamount }) => String(pamount[0]?.aquantity.decimalMantissa)),
    };
  });
}
const readBeancount = `
import json, sys
from beancount import loader
entries, errors, _ = loader.load_file(sys.argv[1])
print(json.dumps({
  'errors': [str(e.message) for e in errors],
  'names': [[e.meta['code'], e.meta['name']] for e in entries if type(e).__name__ == 'Open'],
  'told': [{'memo': e.narration, 'source': e.meta['source'],
    'amounts': [str(int(p.units.number * 100)) for p in e.postings]}
    for e in entries if type(e).__name__ == 'Transaction']}))`;

describe(`a journal with any text, seed ${seed}`, () => {
  it.skipIf(missing('hledger'))(
    'is accepted by hledger, strictly, and reads back equal',
    async () => {
      const { hledger = '' } = tools;
      await fc.assert(
        fc.asyncProperty(books, async (book) => {
          const journal = await textOf(hledgerText, book);
          const checked = ask(hledger, (file) => ['-f', file, 'check', '-s'], journal);
          expect(checked).toEqual({ status: 0, out: '', complaint: '' });
          const printed = ask(hledger, (file) => ['-f', file, 'print', '-O', 'json'], journal);
          expect(byText(toldByHledger(printed.out))).toEqual(byText(book.entries.map(toldOf)));
        }),
        { seed, numRuns: 12 },
      );
    },
  );
  it.skipIf(missing('beancount'))('is accepted by beancount, and reads back equal', async () => {
    const { python, env } = tools.beancount ?? { python: '', env: {} };
    await fc.assert(
      fc.asyncProperty(books, async (book) => {
        const journal = await textOf(beancountText, book);
        const ran = ask(python, (file) => ['-c', readBeancount, file], journal, env);
        const { errors, names, told } = JSON.parse(ran.out || '{"told":[]}') as {
          errors: readonly string[];
          names: readonly (readonly [string, string])[];
          told: readonly Told[];
        };
        expect({ errors, complaint: ran.complaint }).toEqual({ errors: [], complaint: '' });
        expect(byText(told)).toEqual(byText(book.entries.map(toldOf)));
        const sorted = names.map((each) => each.join('\0')).toSorted();
        expect(sorted).toEqual(book.accounts.map((a) => [a.code, a.name].join('\0')).toSorted());
      }),
      { seed, numRuns: 12 },
    );
  });
});
