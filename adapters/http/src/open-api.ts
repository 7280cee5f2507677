/** OpenAPI 3.1 derived from protocols: the wire side of every operation, with the refusals that it
 * declares. */
import { fillSentence, type ErrorSpec, type Protocol } from '@morrow/contract';
import { z } from 'zod';
import { problemType, statusOf } from './fault-status.ts';
import { pathOf } from './http-binding.ts';
import { scalarFields } from './scalar-input.ts';

type JsonSchema = Record<string, unknown>;
/** JSON Schema of what travels. */
const wireSchema = (schema: z.core.$ZodType): JsonSchema => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
};

const problemSchema: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    fault: { type: 'string' },
    data: {},
    trace: { type: 'string' },
  },
};
const problemContent = {
  [problemType]: { schema: { $ref: '#/components/schemas/Problem' } },
};

function refusals(protocol: Protocol, codes: readonly string[]) {
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const spec = protocol.spec.errors[code] as ErrorSpec;
    const status = statusOf[spec.fault];
    const line = `${protocol.spec.name}.${code}: ${fillSentence(spec.sentence, {})}`;
    byStatus.set(status, [...(byStatus.get(status) ?? []), line]);
  }
  const described = [...byStatus].map(([status, lines]) => [
    String(status),
    { description: lines.join('\n'), content: problemContent },
  ]);
  return {
    ...Object.fromEntries(described),
    default: { description: 'A refusal of the platform', content: problemContent },
  };
}

/** The whole document. */
export function openApiOf(protocols: readonly Protocol[], version: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const protocol of protocols)
    for (const [name, operation] of Object.entries(protocol.spec.operations)) {
      const { kind, summary, input, output, errors } = operation;
      const ok = {
        description: summary,
        content: { 'application/json': { schema: wireSchema(output) } },
      };
      const shared = {
        tags: [protocol.spec.name],
        summary,
        responses: { 200: ok, ...refusals(protocol, errors) },
      };
      const operationId = `${protocol.spec.name}.${name}`;
      const key = { name: 'Idempotency-Key', in: 'header', schema: { type: 'string' } };
      const post = {
        ...shared,
        operationId,
        ...(kind === 'command' && { parameters: [key] }),
        requestBody: { required: true, content: { 'application/json': { schema: wireSchema(input) } } },
      }; // prettier-ignore
      const fields = kind === 'query' ? scalarFields(input) : undefined;
      const schema = wireSchema(input);
      const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
      const required = (schema['required'] ?? []) as readonly string[];
      const get = fields && {
        ...shared,
        operationId: `${operationId}.get`,
        parameters: Object.entries(properties).map(([field, fieldSchema]) => ({
          name: field,
          in: 'query',
          required: required.includes(field),
          schema: fieldSchema,
        })),
      };
      paths[pathOf(protocol, name)] = { ...(get && { get }), post };
    }
  return {
    openapi: '3.1.0',
    info: { title: 'Morrow', version, license: { name: 'MIT', identifier: 'MIT' } },
    tags: protocols.map(({ spec }) => ({ name: spec.name, description: spec.summary })),
    paths,
    components: { schemas: { Problem: problemSchema } },
  };
}
