// English as far as names need it: plurals, singulars, past tenses, and the cases of code.
import { kebabCase } from '@morrow/contract';

export { kebabCase };

const plurals: Readonly<Record<string, string>> = {
  person: 'people',
  child: 'children',
  status: 'statuses',
  bonus: 'bonuses',
  bus: 'buses',
  campus: 'campuses',
  cache: 'caches',
  analysis: 'analyses',
  gas: 'gases',
  series: 'series',
  news: 'news',
};
/** Words that end in s and are no plurals. */
const endInS = new Set([
  'gas',
  'lens',
  'canvas',
  'atlas',
  'bias',
  'alias',
  'series',
  'news',
  'chaos',
]);
const singulars = Object.fromEntries(Object.entries(plurals).map(([one, many]) => [many, one]));

const pasts: Readonly<Record<string, string>> = {
  begin: 'begun', bring: 'brought', build: 'built', buy: 'bought', choose: 'chosen', cut: 'cut',
  draw: 'drawn', find: 'found', get: 'got', give: 'given', go: 'gone', hold: 'held', keep: 'kept',
  leave: 'left', let: 'let', lend: 'lent', lose: 'lost', make: 'made', meet: 'met', pay: 'paid',
  put: 'put', read: 'read', run: 'run', sell: 'sold', send: 'sent', set: 'set', shut: 'shut',
  spend: 'spent', split: 'split', take: 'taken', tell: 'told', win: 'won', withdraw: 'withdrawn',
  write: 'written', submit: 'submitted', commit: 'committed', permit: 'permitted',
  defer: 'deferred', refer: 'referred', transfer: 'transferred', cancel: 'cancelled',
}; // prettier-ignore

/** Splits off the last word of a name in camel case: `salesOrder` → `sales`, `Order`. */
const lastWord = (name: string) => /^(.*?)([A-Z]?[a-z0-9]*)$/.exec(name)?.slice(1) ?? ['', name];
export const lower = (word: string) => word.charAt(0).toLowerCase() + word.slice(1);
const likeIn = (word: string, model: string) => (model === lower(model) ? word : pascalCase(word));

/** The name with its last word changed, in the case that it had. */
function withLastWord(name: string, change: (word: string) => string): string {
  const [before = '', last = ''] = lastWord(name);
  return before + likeIn(change(lower(last)), last);
}

/** Whether the past tense doubles its last letter: short words like `ship` and `stop`. */
const doublesItsEnd = (word: string) => /^[^aeiou]*[aeiou][^aeiouwxy]$/.test(word);

export const pascalCase = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
/** As people write it: `salesOrder` → `sales order`. */
export const spoken = (name: string): string => kebabCase(name).replaceAll('-', ' ');
/** With its article: `asset` → `an asset`. */
export const oneOf = (name: string): string =>
  `${/^[aeio]|^u(?!ni|se)/.test(name) ? 'an' : 'a'} ${spoken(name)}`;
/** As a sentence begins: `salesOrder` → `Sales order`. */
export const label = (name: string): string => pascalCase(spoken(name));

export const plural = (name: string): string =>
  withLastWord(name, (word) => {
    if (plurals[word]) return plurals[word];
    if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
    return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
  });

/** What a plural is the plural of; a word that is no plural stays as it is. */
export const singular = (name: string): string =>
  withLastWord(name, (word) => {
    if (singulars[word]) return singulars[word];
    if (endInS.has(word)) return word;
    if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`;
    if (/(ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
    return /[^suia]s$|[aei]es$|as$/.test(word) ? word.slice(0, -1) : word;
  });
export const isPlural = (name: string): boolean => singular(name) !== name;

/** The first word in its past tense: `close` → `closed`, `markPaid` → `markedPaid`. */
export function past(name: string): string {
  const [, first = name, rest = ''] = /^([a-z0-9]+)(.*)$/.exec(name) ?? [];
  const known = pasts[first];
  if (known) return known + rest;
  if (first.endsWith('e')) return `${first}d${rest}`;
  if (/[^aeiou]y$/.test(first)) return `${first.slice(0, -1)}ied${rest}`;
  return `${first}${doublesItsEnd(first) ? first.slice(-1) : ''}ed${rest}`;
}
