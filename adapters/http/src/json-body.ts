/** Reads the body of a request as JSON: limited in bytes, depth and time before it is parsed, and
 * refused where it is not UTF-8 text. */
import type { FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { transportProblem, type ProblemDetails } from './fault-status.ts';

export interface BodyLimits {
  readonly bytesMax: number;
  /** Within which the whole body must have come. */
  readonly bodyMs: number;
  readonly depthMax: number;
}
export const bodyLimits: BodyLimits = { bytesMax: 1 << 20, bodyMs: 20_000, depthMax: 64 };

/** What is wrong with a body, as the problem that is answered. */
export class RefusedBody extends Error {
  override readonly name = 'RefusedBody';
  readonly problem: ProblemDetails;
  constructor(problem: ProblemDetails) {
    super(problem.detail);
    this.problem = problem;
  }
}
const refused = (status: number, title: string, detail: string) =>
  new RefusedBody(transportProblem(status, title, detail));

/** How long what is left of a refused body may go on to come, so that the client reads why. */
const restMs = 5_000;

/** Takes no more of a body: what still comes is thrown away, for a moment only. */
export function leaveBody(source: IncomingMessage): void {
  if (source.complete || source.destroyed) return;
  source.resume();
  const timer = setTimeout(() => source.destroy(), restMs);
  timer.unref();
  source.once('close', () => clearTimeout(timer));
}

/** The bytes of a body; throws `RefusedBody` where they are too many or come too slowly. */
export function readBody(source: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const { bytesMax, bodyMs } = limits;
  return new Promise((done, failed) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    let isOver = false;
    const end = (error?: Error) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      source.off('data', take);
      if (!error) return done(Buffer.concat(parts, bytes));
      leaveBody(source);
      failed(error);
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) return end(tooLarge());
      parts.push(chunk);
    };
    const timer = setTimeout(() => end(tooSlow()), bodyMs);
    if (Number(source.headers['content-length'] ?? 0) > bytesMax) return end(tooLarge());
    source.on('data', take);
    source.once('end', () => end());
    source.once('error', () => end(cutOff()));
    source.once('close', () => end(cutOff()));
  });
}
const tooLarge = () => refused(413, 'too large', 'The body is larger than this server accepts.');
const tooSlow = () => refused(408, 'request timeout', 'The body did not arrive in time.');
const cutOff = () => refused(400, 'malformed', 'The body ended before it was complete.');

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a body; throws `RefusedBody` where the bytes are not UTF-8. */
export function bodyText(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw refused(400, 'malformed', 'The body is not UTF-8 text.');
  }
}

const quote = 0x22;
const backslash = 0x5c;
/** Whether arrays and objects stand within each other more than `depthMax` deep; one pass. */
export function isDeeper(text: string, depthMax: number): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isText) {
      if (code === backslash) at++;
      else if (code === quote) isText = false;
    } else if (code === quote) isText = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > depthMax) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

const surrogate = /\\u[dD][89a-fA-F]/;
/** Whether some text of a value holds half of a character, which no database can store. */
const isTorn = (value: unknown): boolean => {
  if (typeof value === 'string') return !value.isWellFormed();
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) => !name.isWellFormed() || isTorn(inner));
};

type Parse = (request: FastifyRequest, text: string) => Promise<unknown>;

/** A content type parser for Fastify; `parse` is its own parser of JSON. */
export const jsonBody =
  (parse: Parse, limits: BodyLimits) =>
  async (request: FastifyRequest, payload: IncomingMessage): Promise<unknown> => {
    const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(request.headers['content-type'] ?? '');
    if (charset && !/^utf-?8$/i.test(charset[1] ?? ''))
      throw refused(415, 'unsupported media type', 'Send application/json in UTF-8.');
    const text = bodyText(await readBody(payload, limits));
    if (isDeeper(text, limits.depthMax))
      throw refused(
        400,
        'malformed',
        `The body is nested deeper than the ${limits.depthMax} levels that are accepted.`,
      );
    const value = await parse(request, text);
    if (surrogate.test(text) && isTorn(value))
      throw refused(
        400,
        'malformed',
        'The body has half a character (a lone surrogate) in a text.',
      );
    return value;
  };
