/** What stands before every request, ahead of the framework: the headers of every answer, and the
 * refusal of foreign hosts, foreign pages and addresses that are not well-formed. */
import type { IncomingMessage } from 'node:http';
import { transportProblem, type ProblemDetails } from './fault-status.ts';

/** Headers that every answer carries, refusals too. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'self'; img-src 'self' data:",
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Every `Host` that names this server: its loopback names with its port, and public names of a
 * proxy before it (`erp.example.com`, with a port where it is not that of the scheme). */
export function servedHosts(
  port: number,
  host: string,
  publicHosts: readonly string[] = [],
): ReadonlySet<string> {
  const own = ['localhost', '127.0.0.1', '[::1]', host.includes(':') ? `[${host}]` : host];
  const loopback = own.flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]);
  const outside = publicHosts.flatMap((name) =>
    /:\d+$/.test(name) ? [name] : [name, `${name}:80`, `${name}:443`],
  );
  return new Set([...loopback, ...outside].map((name) => name.toLowerCase()));
}

type Head = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>;

/** Why a request from outside is not taken; undefined where it is. */
export const siteProblem = (head: Head, hosts: ReadonlySet<string>): ProblemDetails | undefined =>
  foreignHost(head, hosts) ?? foreignPage(head, hosts);

/** A name that is not ours is how a foreign page reaches this machine (DNS rebinding). */
function foreignHost({ headers, rawHeaders }: Head, hosts: ReadonlySet<string>) {
  const given = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host');
  const host = headers.host?.toLowerCase();
  if (given.length === 1 && host !== undefined && hosts.has(host)) return undefined;
  const detail =
    given.length === 1
      ? 'This server does not answer under that host name. Use the address that it printed, ' +
        'or add the name to M_PUBLIC_HOSTS.'
      : 'A request needs exactly one Host header.';
  return transportProblem(given.length === 1 ? 421 : 400, 'misdirected request', detail);
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A page of another site may not have this browser change anything here. */
function foreignPage({ method = '', headers }: Head, hosts: ReadonlySet<string>) {
  if (safeMethods.has(method)) return undefined;
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  const isForeign = origin !== undefined && !isOwnOrigin(origin, hosts);
  if (!isForeign && site !== 'cross-site' && site !== 'same-site') return undefined;
  return transportProblem(
    403,
    'foreign origin',
    'Only pages of this server may send that request from a browser.',
  );
}

function isOwnOrigin(origin: string, hosts: ReadonlySet<string>): boolean {
  if (!URL.canParse(origin)) return false;
  const { host, protocol, origin: exact } = new URL(origin);
  return /^https?:$/.test(protocol) && exact === origin.toLowerCase() && hosts.has(host);
}

/** Why the address or a header cannot be read as text; undefined where it can. */
export function textProblem({ url = '', headers }: Head): ProblemDetails | undefined {
  const malformed = (detail: string) => transportProblem(400, 'malformed', detail);
  if (!url.startsWith('/') && url !== '*')
    return malformed('The request must name a path of this server, beginning with a slash.');
  // Node hands bytes above 127 on as Latin-1
  if (/[^\x21-\x7e]/.test(url))
    return malformed('The address has characters that must be percent-encoded as UTF-8.');
  if (!isDecodable(url)) return malformed('The address is not percent-encoded UTF-8 text.');
  const unread = Object.keys(headers).find((name) => !isReadable(headers[name]));
  return (unread && malformed(`The header ${unread} is not UTF-8 text.`)) || undefined;
}

function isDecodable(text: string): boolean {
  try {
    return !decodeURIComponent(text).includes('\0');
  } catch {
    return false;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
function isReadable(value: string | readonly string[] | undefined): boolean {
  const text = String(value ?? '');
  if (!/[\x80-\xff]/.test(text)) return true;
  try {
    utf8.decode(Buffer.from(text, 'latin1'));
    return true;
  } catch {
    return false;
  }
}

/** The text of a header whose bytes are UTF-8. */
export const headerText = (value: string): string => Buffer.from(value, 'latin1').toString('utf8');
