/** OpenAPI 3.1 derived from protocols: the wire side of every operation, with the refusals that it
 * declares. */
import { fillSentence, type ErrorSpec, type OperationSpec, type Protocol } from '@morrow/contract';
import { exampleOf, inputExampleOf } from './examples.ts';
import { problemOf, problemType, statusOf } from './fault-status.ts';
import { pathOf } from './exposed.ts';
import { scalarFields } from './scalar-input.ts';
import { SharedSchemas, type JsonSchema } from './shared-schemas.ts';

const trace = '00-5b0c9e7d4a105b0c9e7d4a105b0c9e7d-5b0c9e7d4a105b0c-01';
const text = { type: 'string' };
const problemSchema: JsonSchema = {
  type: 'object',
  description: 'A refusal, as problem details (RFC 9457)',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' },
    detail: { type: 'string', description: 'One sentence that people can read' },
    code: {
      type: 'string',
      description: '`protocol.code` of a declared refusal; absent if HTTP itself refused',
    },
    fault: { type: 'string', enum: Object.keys(statusOf) },
    data: { description: 'The data of the refusal, as its protocol declares them' },
    trace: { type: 'string', description: 'W3C traceparent of the call' },
  },
};
const problemRef = { $ref: '#/components/schemas/Problem' };

/** Responses by status, with an example for each error that is declared. */
function refusals({ spec }: Protocol, codes: readonly string[]) {
  const byStatus = new Map<number, { readonly lines: string[]; readonly examples: JsonSchema }>();
  for (const code of codes) {
    const { fault, data, sentence } = spec.errors[code] as ErrorSpec;
    const status = statusOf[fault];
    const held = byStatus.get(status) ?? { lines: [], examples: {} };
    byStatus.set(status, held);
    held.lines.push(`\`${spec.name}.${code}\`: ${sentence}`);
    const shown = exampleOf(data);
    const error = { code, fault, data: shown as never, sentence: fillSentence(sentence, shown) };
    held.examples[code] = { value: problemOf(spec.name, error, trace) };
  }
  const described = [...byStatus].map(([status, { lines, examples }]) => [
    String(status),
    {
      description: lines.join('\n\n'),
      content: { [problemType]: { schema: problemRef, examples } },
    },
  ]);
  return {
    ...Object.fromEntries(described),
    default: { $ref: '#/components/responses/Refused' },
  };
}

/** Fields of a flat input, as a query string states them. */
function parametersOf(
  { input }: OperationSpec,
  example: JsonSchema,
  shared: SharedSchemas,
): readonly JsonSchema[] {
  const { properties = {}, required = [] } = shared.whole(input);
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, schema]) => ({
    name,
    in: 'query',
    required: (required as readonly string[]).includes(name),
    schema,
    example: example[name],
  }));
}

function pathItem(protocol: Protocol, name: string, shared: SharedSchemas) {
  const operation = protocol.spec.operations[name] as OperationSpec;
  const { kind, summary, input, output, errors } = operation;
  const json = (schema: typeof input) => ({
    'application/json': { schema: shared.of(schema), example: exampleOf(schema) },
  });
  const shown = inputExampleOf(protocol.spec.name, name, input);
  const both = {
    tags: [protocol.spec.name],
    summary,
    responses: {
      200: { description: summary, content: json(output) },
      ...refusals(protocol, errors),
    },
  };
  const operationId = `${protocol.spec.name}.${name}`;
  const key = { $ref: '#/components/parameters/IdempotencyKey' };
  const tenantRef = { $ref: '#/components/parameters/Tenant' };
  const post = {
    ...both,
    operationId,
    parameters: kind === 'command' ? [tenantRef, key] : [tenantRef],
    requestBody: {
      required: true,
      content: { 'application/json': { ...json(input)['application/json'], example: shown } },
    },
  };
  if (kind !== 'query' || !scalarFields(input)) return { post };
  const parameters = parametersOf(operation, shown, shared);
  const get = {
    ...both,
    operationId: `${operationId}.get`,
    parameters: [tenantRef, ...parameters],
  };
  return { get, post };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A command with a key runs once: for seven days, the same key with the same input gets the ' +
    'stored answer, and another input is refused as `reused`. Without a key, each request runs.',
  schema: { type: 'string', maxLength: 200 },
};

const tenant = {
  name: 'X-Tenant',
  in: 'header',
  description: 'The tenant whose data the request reads or changes; `main` if it is absent',
  schema: { type: 'string', maxLength: 60, default: 'main' },
};
const description =
  'Derived from the protocols: this document states exactly what the server checks. A field ' +
  'that an operation does not know is refused by name. Quantities, prices and amounts are text; ' +
  'a JSON number of at most 15 digits is read as well. Refusals are `application/problem+json`.';

/** The whole document. */
export function openApiOf(protocols: readonly Protocol[], version: string) {
  const shared = new SharedSchemas(protocols.map(({ spec }) => spec));
  const paths: Record<string, Record<string, unknown>> = {};
  for (const protocol of protocols)
    for (const name of Object.keys(protocol.spec.operations))
      paths[pathOf(protocol, name)] = pathItem(protocol, name, shared);
  const refused = {
    description: 'A refusal of the platform, such as `invalid`, `unavailable` or `timeout`',
    content: { [problemType]: { schema: problemRef } },
  };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Morrow',
      version,
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    tags: protocols.map(({ spec }) => ({ name: spec.name, description: spec.summary })),
    paths,
    components: {
      schemas: { Problem: problemSchema, ...shared.components },
      responses: { Refused: refused },
      parameters: { IdempotencyKey: idempotencyKey, Tenant: tenant },
    },
  };
}
