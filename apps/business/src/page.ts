/** The frame of every page of ours, and the pieces that pages are made of. */

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;',
}; // prettier-ignore

/** Text as it stands in HTML. */
export const text = (value: unknown): string =>
  String(value).replace(/[&<>"']/g, (char) => escapes[char] ?? char);

const places = [
  ['/', 'Overview'],
  ['/api', 'API'],
  ['/guide', 'Guide'],
] as const;

export interface Page {
  readonly title: string;
  /** Where it stands among the places of the menu. */
  readonly place: string;
  readonly version: string;
  /** HTML of what is on it. */
  readonly body: string;
  /** More of the head: what else is loaded. */
  readonly head?: string;
}

/** A whole document; loads the one style sheet and nothing else. */
export function pageOf({ title, place, version, body, head = '' }: Page): string {
  const links = places.map(([path, name]) => {
    const current = path === place ? ' aria-current="page"' : '';
    return `<li><a href="${path}"${current}>${name}</a></li>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
${head}</head>
<body>
<a class="skip" href="#content">To the content</a>
<header class="top"><div>
<span class="brand"><a href="/">Morrow</a> <small>${text(version)}</small></span>
<nav aria-label="Main"><ul>${links.join('')}</ul></nav>
</div></header>
<main id="content">${body}</main>
</body>
</html>
`;
}

/** One cell; a figure stands to the right, so that points stand below each other. */
export interface Cell {
  readonly html: string;
  readonly isFigure?: boolean;
}
export const words = (value: unknown): Cell => ({ html: text(value) });
/** A few words in one line, good news or bad. */
export const state = (value: string, news: 'good' | 'bad' | 'soft'): Cell => ({
  html: `<span class="short ${news}">${text(value)}</span>`,
});
export const figure = (value: unknown): Cell => ({ html: text(value), isFigure: true });

export interface Row {
  readonly cells: readonly Cell[];
  /** A line that is one of those which the line above is made of. */
  readonly isPart?: boolean;
}
const row = ({ cells, isPart = false }: Row): string => {
  const drawn = cells.map(({ html, isFigure = false }, at) => {
    const style = isFigure ? ' class="figure"' : '';
    return at === 0 ? `<th scope="row"${style}>${html}</th>` : `<td${style}>${html}</td>`;
  });
  return `<tr${isPart ? ' class="part"' : ''}>${drawn.join('')}</tr>`;
};

/** A table; the first cell of each row is its heading. `foot` sums the columns up. */
export function table(head: readonly Cell[], rows: readonly Row[], foot?: Row): string {
  const heads = head.map(({ html, isFigure = false }) => {
    const style = isFigure ? ' class="figure"' : '';
    return `<th scope="col"${style}>${html}</th>`;
  });
  const last = foot ? `<tfoot>${row(foot)}</tfoot>` : '';
  const lines = rows.map(row).join('');
  return `<div class="wide"><table><thead><tr>${heads.join('')}</tr></thead>
<tbody>${lines}</tbody>${last}</table></div>`;
}

/** `1234567` → `1,234,567`. */
export const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');

/** Decimal numbers with as many decimals each as the longest has, two at least. */
export function aligned(numbers: readonly string[]): readonly string[] {
  const decimalsOf = (number: string) => number.split('.')[1]?.length ?? 0;
  const decimals = Math.max(2, ...numbers.map(decimalsOf));
  return numbers.map((number) => {
    const [, sign = '', whole = '0', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(number) ?? [];
    return `${sign ? '−' : ''}${grouped(whole)}.${part.padEnd(decimals, '0')}`;
  });
}

/** A command line that works for a tenant, ready to be selected. */
export function commandLine(command: string, tenant: string): string {
  const whole = tenant === firstTenant ? command : `${command} --tenant ${tenant}`;
  return `<code tabindex="0">npx --no morrow ${text(whole)}</code>`;
}
/** Whom the command line works for unless told. */
const firstTenant = 'main';
