/** Canonical lines of what a database holds, a page at a time, each row read once. */
import type { Kept } from '@morrow/contract';
import type { DigestPage } from '@morrow/engines';
import { canonicalJson, isUuid, type Json } from '@morrow/kernel';
import { rowOf, type DocumentTable } from './document-table.ts';
import type { Run } from './run.ts';

const rowsMax = 500;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Text without ids, which differ from one installation to the next. */
const withoutIds = (text: string) => text.replace(uuid, '*');

/** A line, and the key of its row: the next ones come after it. */
interface KeyedLine {
  readonly key: string;
  readonly line: string;
}
/** One table in the order of its keys. */
interface Section {
  readonly name: string;
  /** Before every key. */
  readonly start: string;
  isKey(text: string): boolean;
  read(after: string): Promise<readonly KeyedLine[]>;
}

function documents(run: Run, table: DocumentTable): Section {
  const text = `select ${table.selection} from "${table.name}"
    where id > $1 order by id limit ${rowsMax}`;
  return {
    name: table.name,
    start: '00000000-0000-0000-0000-000000000000',
    isKey: isUuid,
    async read(after) {
      const rows = await run(text, [after]);
      return rows.map((stored) => {
        const { id, state, fields } = rowOf(table, stored);
        const shown: Record<string, Json> = {};
        for (const { field, type } of table.columns)
          if (type !== 'uuid') shown[field] = fields[field] ?? null;
        const line = `document ${table.documentType} ${state} ${canonicalJson(shown)}`;
        return { key: id, line: withoutIds(line) };
      });
    },
  };
}

/** A table of a keeper, whose lines are keys. */
function keeper(run: Run, name: string, lines: string): Section {
  const text = `select line from (${lines}) held where line > $1 order by line limit ${rowsMax}`;
  return {
    name,
    start: '',
    isKey: () => true,
    async read(after) {
      const rows = await run<{ line: string }>(text, [after]);
      return rows.map(({ line }) => ({ key: line, line }));
    },
  };
}
const balances = `
  select format('balance %s %s %s %s', account, currency, period, debit - credit) as line
  from account_balance where debit <> credit`;
const stock = `
  select format('stock %s %s %s %s %s', warehouse, item, on_hand, reserved, value) as line
  from stock_balance`;

export interface DigestPlan {
  readonly tables: readonly DocumentTable[];
  readonly keeps: readonly Kept[];
}
const sectionsOf = (run: Run, { tables, keeps }: DigestPlan): readonly Section[] => [
  ...tables.map((table) => documents(run, table)),
  ...(keeps.includes('book') ? [keeper(run, ':book', balances)] : []),
  ...(keeps.includes('stock') ? [keeper(run, ':stock', stock)] : []),
];

/** The page that begins at a place, `section/key`; undefined where there is no such section. */
export async function digestPage(
  run: Run,
  plan: DigestPlan,
  { from, bytesMax }: { readonly from: string; readonly bytesMax: number },
): Promise<DigestPage | undefined> {
  const sections = sectionsOf(run, plan);
  const cut = from.indexOf('/');
  let at = from ? sections.findIndex(({ name }) => name === from.slice(0, cut)) : 0;
  let after = from ? from.slice(cut + 1) : undefined;
  if (at < 0 || (after !== undefined && !sections[at]?.isKey(after))) return undefined;
  const lines: string[] = [];
  let bytes = 0;
  for (let section = sections[at]; section; after = undefined, section = sections[++at])
    for (let rows: readonly KeyedLine[] | undefined; !rows || rows.length === rowsMax;) {
      after ??= section.start;
      rows = await section.read(after);
      for (const { key, line } of rows) {
        bytes += Buffer.byteLength(line) + 1;
        if (lines.length && bytes > bytesMax) return { lines, next: `${section.name}/${after}` };
        lines.push(line);
        after = key;
      }
    }
  return { lines };
}
