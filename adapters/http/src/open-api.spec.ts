/** The derived document and its page: valid OpenAPI 3.1, and nothing from another host. */
import { serve } from '@morrow/contract';
import { Till, tillPort, trace } from '@morrow/contract/suite';
import { Validator } from '@seriousme/openapi-schema-validator';
import Fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiPrefix, httpBinding, openApiOf } from './index.ts';

async function served() {
  const fastify = Fastify();
  const contextOf = () => ({ tenant: 'main', actor: 'person:ada', trace });
  const handler = serve(Till, tillPort());
  const binding = httpBinding([{ protocol: Till, handler }], { contextOf, version: '1.0' });
  await fastify.register(binding, { prefix: apiPrefix });
  onTestFinished(() => fastify.close());
  return fastify;
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1, as it is served', async () => {
    const answer = await (await served()).inject('/api/openapi.json');
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    const validator = new Validator();
    const { valid, errors } = await validator.validate(answer.json());
    expect({ valid, errors, version: validator.version }).toEqual({
      valid: true,
      errors: undefined,
      version: '3.1',
    });
  });

  it('names every operation, its wire form and what it refuses', () => {
    const { paths } = openApiOf([Till], '1.0');
    expect(Object.entries(paths).map(([path, methods]) => [path, Object.keys(methods)])).toEqual([
      ['/api/till/balance', ['get', 'post']],
      ['/api/till/deposit', ['post']],
    ]);
    const { post } = paths['/api/till/deposit'] as { post: Record<string, unknown> };
    const schema = { $ref: '#/components/schemas/Problem' };
    const data = { till: 'till', since: '2026-03-02T09:30:00.000Z' };
    const value = { status: 409, detail: 'The till till is closed.', data };
    const content = { 'application/problem+json': { schema, examples: { tillClosed: { value } } } };
    expect(post).toMatchObject({
      operationId: 'till.deposit',
      parameters: [
        { $ref: '#/components/parameters/Tenant' },
        { $ref: '#/components/parameters/IdempotencyKey' },
      ],
      requestBody: {
        content: {
          'application/json': {
            schema: {
              required: ['till', 'amount'],
              properties: {
                amount: { properties: { minor: { $ref: '#/components/schemas/Minor' } } },
              },
            },
            example: { till: 'till', amount: { minor: '1250' } },
          },
        },
      },
      responses: {
        200: { content: { 'application/json': { schema: { required: ['minor'] } } } },
        409: { description: '`till.tillClosed`: The till {till} is closed.', content },
        default: { $ref: '#/components/responses/Refused' },
      },
    });
  });

  it('states the fields of a GET as parameters', () => {
    const { paths } = openApiOf([Till], '1.0');
    expect(paths['/api/till/balance']?.['get']).toMatchObject({
      parameters: [
        { $ref: '#/components/parameters/Tenant' },
        { name: 'till', in: 'query', required: true, schema: { type: 'string', maxLength: 40 } },
        { name: 'floor', in: 'query', required: false, schema: { type: 'integer', maximum: 9 } },
      ],
    });
  });
});

describe('the API page', () => {
  it('loads nothing but files of this server, which are there', async () => {
    const fastify = await served();
    const page = await fastify.inject('/api');
    const policy = String(page.headers['content-security-policy']);
    expect(policy.split('; ')).toEqual([
      "default-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ]);
    expect(page.body).not.toMatch(/<script>|<style|\son\w+=|https?:/);
    const all = [...page.body.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, file = '']) => file);
    const files = all.filter((file) => file !== '/api/openapi.json');
    expect(files).toEqual([
      '/api/ui/swagger-ui.css',
      '/api/ui/swagger-ui-bundle.js',
      '/api/ui/start.js',
    ]);
    const types = ['text/css', 'text/javascript', 'text/javascript'];
    for (const [at, file] of files.entries()) {
      const { statusCode, headers } = await fastify.inject(file);
      const type = `${types[at]}; charset=utf-8`;
      expect({ statusCode, type: headers['content-type'] }).toEqual({ statusCode: 200, type });
    }
  });
});
