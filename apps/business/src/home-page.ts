/** The first page: what to type next, the trial balance, the last import, what runs where, and how
 * far events are. */
import type { CallContext } from '@morrow/contract';
import {
  formatDecimal,
  formatFixed,
  isCurrencyCode,
  minorUnitsOf,
  parseDecimal,
} from '@morrow/kernel';
import { Imports, type ImportRun, type Reconciliation } from '@morrow/protocol-imports';
import { keepingOf } from '@morrow/protocol-keeping';
import { Ledger } from '@morrow/protocol-ledger';
import { sentenceOf } from './boot-faults.ts';
import type { Running } from './boot.ts';
import {
  aligned,
  commandLine,
  figure,
  grouped,
  pageOf,
  state,
  table,
  text,
  words,
  type Cell,
} from './page.ts';
import { negativeStock } from './negative-stock.ts';
import { peopleTable } from './people-table.ts';

type Draw = () => Promise<string> | string;

/** What a section shows, or why it could not be made; the rest of the page is shown anyway. */
async function drawn(draw: Draw): Promise<string> {
  try {
    return await draw();
  } catch (error) {
    return `<p class="bad">${text(sentenceOf(error))}</p>`;
  }
}
const idOf = (title: string) => title.toLowerCase().replaceAll(' ', '-');

async function section(title: string, draw: Draw): Promise<string> {
  const id = idOf(title);
  return `<section class="card" aria-labelledby="${id}">
<h2 id="${id}">${text(title)}</h2>${await drawn(draw)}</section>`;
}
/** A section that only its title is shown of until a person opens it. */
async function folded(title: string, isOpen: boolean, draw: Draw): Promise<string> {
  const id = idOf(title);
  return `<section class="card" aria-labelledby="${id}"><details${isOpen ? ' open' : ''}>
<summary><h2 id="${id}">${text(title)}</h2></summary>${await drawn(draw)}</details></section>`;
}
const count = (value: number) => figure(grouped(String(value)));
const nothing = figure('–');
/** Refused lines that are shown. */
const refusedMax = 20;

type Keeping = Awaited<ReturnType<typeof lagsOf>>[number];
/** How far each domain is, as far as it answers. */
const lagsOf = ({ port, settings }: Running, context: CallContext) =>
  Promise.all(
    settings.placement.processes
      .flatMap(({ modules }) => modules)
      .map(async (domain) => {
        const asked = port(keepingOf(domain)).lag({}, context);
        return { domain, lag: await asked.catch(() => undefined) };
      }),
  );

function hostedTable({ settings }: Running, lags: readonly Keeping[]): string {
  const { processes } = settings.placement;
  const rows = lags.map(({ domain, lag }) => {
    const elsewhere = processes.find(({ modules }) => modules.includes(domain))?.name;
    const where = settings.modules.includes(domain) ? 'this process' : `process ${elsewhere}`;
    const answers = lag ? state('answers', 'good') : state('does not answer', 'bad');
    const published = lag ? count(lag.published) : nothing;
    const waiting = lag ? count(lag.waiting) : nothing;
    return { cells: [words(domain), answers, words(where), published, waiting] };
  });
  const figures = [figure('Events published'), figure('Not yet published')];
  return table([words('Domain'), words('State'), words('Hosted by'), ...figures], rows);
}

/** How far a handler is behind what its producer has published, as far as that is known. */
function lagOf(watermark: number, published: number | undefined, parked: number): Cell {
  if (parked) return state(`${parked} failed`, 'bad');
  if (published === undefined) return state('unknown', 'soft');
  const behind = published - watermark;
  return behind > 0
    ? state(`${grouped(String(behind))} behind`, 'soft')
    : state('up to date', 'good');
}

function lagTable(lags: readonly Keeping[]): string {
  const published = new Map(lags.map(({ domain, lag }) => [domain, lag?.published]));
  const handlers = lags.flatMap(({ lag }) => lag?.handlers ?? []);
  if (!handlers.length) return '<p class="soft">No handler answers at the moment.</p>';
  const rows = handlers.map(({ name, producer, watermark, parked }) => {
    const lag = lagOf(watermark, published.get(producer), parked);
    return { cells: [words(name), lag, words(producer), count(watermark)] };
  });
  return table([words('Handler'), words('Lag'), words('Events of'), figure('Handled up to')], rows);
}

const hasFailed = (lags: readonly Keeping[]) =>
  lags.some(({ lag }) => lag?.handlers.some(({ parked }) => parked > 0));

/** `returned bankCharges` → `returned bank charges`. */
const spoken = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
const shownTime = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function importTable(run: ImportRun | undefined): string {
  if (!run) return '<p>Nothing has been imported yet.</p>';
  const { file, status, sentence, reconciliation, startedAt, endedAt } = run;
  const style = { running: 'soft', finished: 'good', failed: 'bad' }[status];
  const when = shownTime(endedAt ?? startedAt);
  const head = `<p><b>${text(file)}</b> <span class="${style}">${status}</span>
<span class="soft short">${when}</span></p>`;
  if (sentence) return `${head}<p class="bad">${text(sentence)}</p>`;
  if (!reconciliation) return head;
  const { lines, amount, posted, refused, parts } = reconciliation;
  const entries = [
    { name: 'File', lines, amount, isPart: false },
    { name: 'Posted', ...posted, isPart: false },
    ...parts.map(({ name, ...sides }) => ({ name: spoken(name), ...sides, isPart: true })),
    { name: 'Refused', ...refused, isPart: false },
  ];
  const amounts = aligned(entries.map((entry) => entry.amount));
  const rows = entries.map(({ name, lines: times, isPart }, at) => ({
    cells: [words(name), count(times), figure(amounts[at])],
    isPart,
  }));
  const sums = table([words('Part'), figure('Lines'), figure('Amount')], rows);
  return head + sums + verdictOn(reconciliation) + refusedTable(reconciliation);
}

/** More decimals than an amount of quantity × price has. */
const amountScale = 9;
const sumOf = (amounts: readonly string[]) =>
  amounts.reduce((sum, amount) => sum + parseDecimal(amount, amountScale), 0n);

/** Whether file = posted + refused, and posted = its parts, as added up here. */
function verdictOn({ lines, amount, posted, refused, parts }: Reconciliation): string {
  const difference = sumOf([amount]) - sumOf([posted.amount, refused.amount]);
  const unexplained = sumOf([posted.amount]) - sumOf(parts.map((part) => part.amount));
  const uncounted = lines - posted.lines - refused.lines;
  if (difference === 0n && unexplained === 0n && uncounted === 0)
    return '<p class="soft">File = posted + refused, to the last line and digit.</p>';
  const told = [difference, unexplained].map((value) => formatDecimal(value, amountScale));
  return `<p class="bad">The figures do not add up: ${uncounted} lines and ${told[0]} are neither
posted nor refused, and ${told[1]} of the posted amount belongs to no part.</p>`;
}

/** The first of the lines that were refused, each with its reason. */
function refusedTable({ reasons, refused }: Reconciliation): string {
  if (!reasons.length) return '';
  const shown = reasons.slice(0, refusedMax);
  const amounts = aligned(shown.map(({ amount }) => amount));
  const rows = shown.map(({ line, reason }, at) => ({
    cells: [count(line), words(reason), figure(amounts[at])],
  }));
  const more = refused.lines - shown.length;
  const rest = more > 0 ? `<p class="soft">And ${grouped(String(more))} more.</p>` : '';
  const head = [figure('Line'), words('Reason'), figure('Amount')];
  return `<h3>Refused lines</h3>${table(head, rows)}${rest}`;
}

async function balanceTable({ port }: Running, context: CallContext): Promise<string> {
  const [{ currency, lines, total, next }, locked] = await Promise.all([
    port(Ledger).trialBalance({}, context),
    port(Ledger).periods({}, context),
  ]);
  const periods = lockedLine(locked);
  if (!lines.length) return `<p>The books are empty.</p>${periods}`;
  const decimals = isCurrencyCode(currency) ? minorUnitsOf(currency) : 2;
  const shown = (minor: bigint) => {
    if (minor === 0n) return figure('');
    const [whole = '', part] = formatFixed(minor, decimals).split('.');
    return figure(part === undefined ? grouped(whole) : `${grouped(whole)}.${part}`);
  };
  const rows = lines.map(({ account, name, debit, credit }) => ({
    cells: [words(account), words(name), shown(debit), shown(credit)],
  }));
  const cells = [words('Total'), words(currency), shown(total.debit), shown(total.credit)];
  const head = [words('Account'), words('Name'), figure('Debit'), figure('Credit')];
  const more =
    next === undefined
      ? ''
      : '<p class="soft">More accounts follow: <code>morrow report trial-balance</code>.</p>';
  return table(head, rows, { cells }) + more + periods;
}

/** The locked months; nothing where none is. */
function lockedLine({ periods, next }: Awaited<ReturnType<Ledger['periods']>>): string {
  if (!periods.length) return '';
  const names = periods.map(({ period, lockedAt, lockedBy }) => {
    const told = `Locked ${shownTime(lockedAt)} by ${lockedBy}`;
    return `<span title="${text(told)}">${text(period)}</span>`;
  });
  const more = next === undefined ? '' : ' and more';
  return `<p class="soft">Locked periods: ${names.join(', ')}${more}.</p>`;
}

/** What to type in a second terminal, by whether there is something in the books. */
function nextCommands(run: ImportRun | undefined, tenant: string): string {
  const commands = run
    ? ['report trial-balance', 'verify', 'export hledger --out journal.txt']
    : ['import retail sample', 'report trial-balance'];
  const items = commands.map((command) => `<li>${commandLine(command, tenant)}</li>`);
  return `<p class="soft">Run these in a second terminal, in the folder of this checkout.
Click a command to select it.</p><ul class="commands">${items.join('')}</ul>`;
}

/** The run that began last, or why nobody knows. */
async function latestOf({ port }: Running, context: CallContext) {
  try {
    return await port(Imports).latest({}, context);
  } catch (error) {
    return { error };
  }
}

/** What waits for people; nothing where nothing does. */
async function peopleSection(running: Running, context: CallContext): Promise<string> {
  const asked = peopleTable(running, context);
  const isCalm = await asked.then((found) => found === undefined).catch(() => false);
  return isCalm ? '' : section('Waiting for people', async () => (await asked) ?? '');
}

/** Stock below zero; nothing where there is none, or where nobody answers. */
async function negativeSection(running: Running, context: CallContext): Promise<string> {
  const found = await negativeStock(running, context).catch(() => undefined);
  return found === undefined ? '' : section('Negative stock', () => found);
}

/** The page for the tenant of the call. */
export async function homePage(
  running: Running,
  version: string,
  context: CallContext,
): Promise<string> {
  const { settings } = running;
  const [lags, latest] = await Promise.all([lagsOf(running, context), latestOf(running, context)]);
  const run = 'run' in latest ? latest.run : undefined;
  const sections = await Promise.all([
    section('Next', () => nextCommands(run, context.tenant)),
    peopleSection(running, context),
    negativeSection(running, context),
    section('Trial balance', () => balanceTable(running, context)),
    section('Last import', () => {
      if ('error' in latest) throw latest.error;
      return importTable(run);
    }),
    section('What runs where', () => hostedTable(running, lags)),
    folded('Event lag', hasFailed(lags), () => lagTable(lags)),
  ]);
  const { summary } = settings.placement;
  const body = `<h1>Overview</h1>
<p class="lead">Morrow <b>${text(version)}</b> in mode <b>${text(settings.mode)}</b>,
tenant <b>${text(context.tenant)}</b>. ${text(summary)}.
The <a href="/api">API</a> is derived from the protocols
(<a href="/api/openapi.json">OpenAPI</a>). The <a href="/guide">guide</a> explains the next
steps.</p>
${sections.join('\n')}`;
  return pageOf({ title: 'Morrow', place: '/', version, body });
}
