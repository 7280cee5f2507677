/** The page on which people read and try the API: Swagger UI, from the files that Fastify's package
 * brings, no script from another host. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Exposed } from './http-binding.ts';
import { openApiOf } from './open-api.ts';

const files = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const;

const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Morrow API</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/api/ui/swagger-ui.css"></head>
<body><div id="api"></div><script src="/api/ui/swagger-ui-bundle.js"></script>
<script src="/api/ui/start.js"></script></body></html>
`;
const start = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#api', deepLinking: true,
  docExpansion: 'none', validatorUrl: null, persistAuthorization: false });
`;
/** Swagger UI sets style attributes; scripts stay our own. */
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

export async function apiPages(
  fastify: FastifyInstance,
  exposed: readonly Exposed[],
  version: string,
): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  const folder = join(resolve('@fastify/swagger-ui/package.json'), '../static');
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
