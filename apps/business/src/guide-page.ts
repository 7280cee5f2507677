/** The guide: the Markdown files of this checkout as pages, with a table of contents. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { Marked, type Tokens } from 'marked';
import { pageOf, text } from './page.ts';
import { checkout } from './settings.ts';

const guidePath = '/guide';
/** Folders whose Markdown is shown, by path from the root of the checkout. */
const folders = ['.', 'docs', 'docs/guides', 'docs/adr'];

const filesIn = (folder: string): readonly string[] => {
  const path = join(checkout, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
};
/** Every page of the guide, by the path of its file. */
export const guideFiles = (): readonly string[] => {
  const files = folders.flatMap(filesIn).toSorted();
  return ['README.md', ...files.filter((file) => file !== 'README.md')];
};

const addressOf = (file: string) => (file === 'README.md' ? guidePath : `${guidePath}/${file}`);

/** The anchor that Markdown viewers give to a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

/** Where a link of a file leads here: another page of the guide, or what it said. */
function targetOf(href: string, file: string, files: readonly string[]): string | undefined {
  if (/^(https?:|#)/.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const target = normalize(join(dirname(file), path)).replace(/\/$/, '');
  const [first] = files.filter((known) => known === target || dirname(known) === target);
  if (first === undefined) return undefined;
  const address = first === target ? addressOf(target) : `${guidePath}/${target}`;
  return anchor === undefined ? address : `${address}#${anchor}`;
}

interface Drawn {
  readonly html: string;
  readonly headings: readonly { readonly anchor: string; readonly html: string }[];
}
function draw(markdown: string, file: string, files: readonly string[]): Drawn {
  const headings: { anchor: string; html: string }[] = [];
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: title }: Tokens.Heading) {
        const anchor = anchorOf(title);
        const html = this.parser.parseInline(tokens);
        if (depth === 2) headings.push({ anchor, html });
        return `<h${depth} id="${text(anchor)}">${html}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const html = this.parser.parseInline(tokens);
        const target = targetOf(href, file, files);
        return target === undefined ? html : `<a href="${text(target)}">${html}</a>`;
      },
      tablecell({ tokens, header }: Tokens.TableCell) {
        const html = this.parser.parseInline(tokens);
        return header ? `<th scope="col">${html}</th>\n` : `<td>${html}</td>\n`;
      },
      code: ({ text: code }: Tokens.Code) => `<pre tabindex="0"><code>${text(code)}</code></pre>\n`,
    },
  });
  return { html: marked.parse(markdown, { async: false }), headings };
}

/** The page of a file, or the list of a folder; undefined where there is neither. */
export function guidePage(path: string, version: string): string | undefined {
  const files = guideFiles();
  const listed = files.filter((file) => path && dirname(file) === path);
  const file = path || 'README.md';
  if (!files.includes(file) && !listed.length) return undefined;
  const { html, headings } = listed.length
    ? { html: listOf(path, listed), headings: [] }
    : draw(readFileSync(join(checkout, file), 'utf8'), file, files);
  const onPage = headings.map(({ anchor, html: title }) => linkTo(`#${anchor}`, title));
  const others = files
    .filter((other) => !other.startsWith('docs/adr'))
    .map((other) => linkTo(addressOf(other), text(titleOf(other)), other === file));
  const contents =
    (onPage.length ? `<h2>On this page</h2><ul>${onPage.join('')}</ul>` : '') +
    `<h2>All pages</h2><ul>${others.join('')}</ul>`;
  const body = `<div class="guide"><nav class="contents" aria-label="Contents">${contents}</nav>
<article class="prose">${html}</article></div>`;
  return pageOf({ title: `${titleOf(file)} · Morrow`, place: guidePath, version, body });
}

const linkTo = (address: string, html: string, isHere = false): string =>
  `<li><a href="${text(address)}"${isHere ? ' aria-current="page"' : ''}>${html}</a></li>`;

/** The first heading of a file. */
function titleOf(file: string): string {
  const path = join(checkout, file);
  if (!existsSync(path) || !file.endsWith('.md')) return file;
  return /^# +(.*)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? file;
}

const listOf = (folder: string, files: readonly string[]) => {
  const items = files.map((file) => linkTo(addressOf(file), text(titleOf(file))));
  return `<h1>${text(folder)}</h1><ul>${items.join('')}</ul>`;
};
