/** The page on which people read and try the API: Swagger UI, from the files that Fastify's package
 * brings, no script from another host. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Exposed, HttpOptions } from './exposed.ts';
import { openApiOf } from './open-api.ts';

const files = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const;

const head = `<link rel="stylesheet" href="/api/ui/swagger-ui.css">
<script src="/api/ui/swagger-ui-bundle.js" defer></script>
<script src="/api/ui/start.js" defer></script>
`;
const body = `<h1>API</h1>
<p class="lead">Derived from the protocols: this page shows exactly what the server checks.
The same as a file: <a href="/api/openapi.json">OpenAPI 3.1</a>.</p>
<noscript><p>To try the API on this page, enable JavaScript.</p></noscript>
<div id="api"></div>`;
const bare = (content: string, more: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Morrow API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
${more}</head><body><main>${content}</main></body></html>
`;
const start = `const dark = matchMedia('(prefers-color-scheme: dark)');
const dress = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', dress);
dress();
SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#api', deepLinking: true,
  docExpansion: 'none', validatorUrl: null, persistAuthorization: false });
`;
/** Swagger UI sets style attributes; scripts stay our own. */
const policy = [
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
].join('; ');

export async function apiPages(
  fastify: FastifyInstance,
  exposed: readonly Exposed[],
  { version, frame = bare }: Pick<HttpOptions, 'version' | 'frame'>,
): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  const folder = join(resolve('@fastify/swagger-ui/package.json'), '../static');
  const page = frame(body, head);
  let document: string | undefined;
  fastify.get('/openapi.json', (_request, reply) => {
    document ??= JSON.stringify(
      openApiOf(
        exposed.map(({ protocol }) => protocol),
        version,
      ),
    );
    return reply.type('application/json').send(document);
  });
  fastify.get('', (_request, reply) =>
    reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(page),
  );
  fastify.get('/ui/start.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(start),
  );
  for (const [file, type] of Object.entries(files))
    fastify.get(`/ui/${file}`, (_request, reply) =>
      reply
        .type(type)
        .header('cache-control', 'max-age=86400')
        .send(readFileSync(join(folder, file))),
    );
}
