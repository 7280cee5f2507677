/** The first page: what runs where, how far events are, the last import, the trial balance, and
 * what to type next. */
import { formatFixed, minorUnitsOf, isCurrencyCode } from '@morrow/kernel';
import { Imports } from '@morrow/protocol-imports';
import { keepingOf } from '@morrow/protocol-keeping';
import { Ledger } from '@morrow/protocol-ledger';
import type { CallContext } from '@morrow/contract';
import type { Running } from './boot.ts';
import { domains } from './module-catalog.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;',
}; // prettier-ignore
const text = (value: unknown): string =>
  String(value).replace(/[&<>"']/g, (char) => escapes[char] ?? char);

/** A section that could not be drawn says why and leaves the rest. */
async function section(title: string, draw: () => Promise<string>): Promise<string> {
  let body: string;
  try {
    body = await draw();
  } catch (error) {
    body = `<p class="away">${text(error instanceof Error ? error.message : error)}</p>`;
  }
  return `<section><h2>${text(title)}</h2>${body}</section>`;
}
const row = (cells: readonly unknown[], tag = 'td') =>
  `<tr>${cells.map((cell) => `<${tag}${/^-?[\d,]+(\.\d+)?$/.test(String(cell)) ? ' class="figure"' : ''}>${text(cell)}</${tag}>`).join('')}</tr>`;
const table = (head: readonly string[], rows: readonly (readonly unknown[])[]) =>
  `<table><thead>${row(head, 'th')}</thead><tbody>${rows.map((cells) => row(cells)).join('')}</tbody></table>`;

async function hostedTable({ settings, port }: Running, context: CallContext): Promise<string> {
  const rows = await Promise.all(
    domains.map(async (domain) => {
      const process = settings.placement.processes.find(({ modules }) => modules.includes(domain));
      const where = settings.modules.includes(domain) ? 'this process' : (process?.name ?? '–');
      try {
        const lag = await port(keepingOf(domain)).lag({}, context);
        const behind = lag.handlers.map(({ name, watermark, parked }) => {
          const bad = parked ? `, ${parked} set aside` : '';
          return `${name} ${watermark}${bad}`;
        });
        return [domain, where, lag.published, lag.waiting, behind.join('; ') || '–'];
      } catch {
        return [domain, where, '–', '–', 'does not answer'];
      }
    }),
  );
  return table(['Domain', 'Hosted by', 'Events', 'Not yet numbered', 'Handled up to'], rows);
}

async function importTable({ port }: Running, context: CallContext): Promise<string> {
  const { run } = await port(Imports).latest({}, context);
  if (!run) return '<p>Nothing has been imported yet.</p>';
  const { reconciliation } = run;
  const head = `<p>${text(run.file)}: ${text(run.status)}${run.sentence ? `: ${text(run.sentence)}` : ''}</p>`;
  if (!reconciliation) return head;
  const { posted, refused, parts } = reconciliation;
  const rows = [
    ['File', reconciliation.lines, reconciliation.amount],
    ['Posted', posted.lines, posted.amount],
    ['Refused', refused.lines, refused.amount],
    ...parts.map(({ name, lines, amount }) => [`– ${name}`, lines, amount]),
  ];
  return head + table(['', 'Lines', 'Amount'], rows);
}

async function balanceTable({ port }: Running, context: CallContext): Promise<string> {
  const { currency, lines, total } = await port(Ledger).trialBalance({}, context);
  if (!lines.length) return '<p>The books are empty.</p>';
  const decimals = isCurrencyCode(currency) ? minorUnitsOf(currency) : 2;
  const shown = (minor: bigint) => (minor === 0n ? '' : formatFixed(minor, decimals));
  const rows = lines.map(({ account, name, debit, credit }) => [
    account,
    name,
    shown(debit),
    shown(credit),
  ]);
  const sums = ['', `Total ${currency}`, shown(total.debit), shown(total.credit)];
  return table(['Account', 'Name', 'Debit', 'Credit'], [...rows, sums]);
}

/** The page for one tenant. */
export async function homePage(
  running: Running,
  version: string,
  context: CallContext,
): Promise<string> {
  const { settings } = running;
  const { tenant } = context;
  const [hosted, imported, balance] = await Promise.all([
    section('What runs where', () => hostedTable(running, context)),
    section('Last import', () => importTable(running, context)),
    section('Trial balance', () => balanceTable(running, context)),
  ]);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Morrow</title>
<link rel="stylesheet" href="/home.css"></head>
<body><header><h1>Morrow <small>${text(version)}</small></h1>
<p>Mode <b>${text(settings.mode)}</b> · tenant <b>${text(tenant)}</b> ·
<a href="/api">API</a> · <a href="/api/openapi.json">OpenAPI</a> · <a href="/guide">Guide</a></p></header>
<main>${hosted}${imported}${balance}
<section><h2>Next</h2><pre>npx --no morrow import retail sample
npx --no morrow report trial-balance</pre></section></main></body></html>
`;
}

/** Style of the page: light and dark by the reader's system, tables that can be read. */
export const homeStyle = `
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fbfbf9; --line: #d9dbdf; --soft: #5a6472; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaee; --paper: #14181e; --line: #303843; --soft: #a3acb9; } }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { margin: 0; } h1 small { font-size: 1rem; color: var(--soft); font-weight: 400; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
a { color: inherit; } table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 500; font-size: .9rem; } .figure { text-align: right; font-variant-numeric: tabular-nums; } td:nth-child(n+3) { text-align: right; font-variant-numeric: tabular-nums; }
th:nth-child(n+3) { text-align: right; } pre { padding: .8rem; border: 1px solid var(--line); overflow: auto; } .away { color: #b4381f; }
section { overflow-x: auto; }
`;
