/** The OpenAPI document of the whole platform: valid, nothing in it twice, examples that work. */
import { openApiOf } from '@morrow/adapter-http';
import { protocols } from '@morrow/business/parts/module-catalog';
import { codecOf, type Protocol } from '@morrow/contract';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';

type Tree = Readonly<Record<string, never>>;
const document = openApiOf(protocols, '1.0') as unknown as Tree;
const at = (tree: Tree, ...path: readonly string[]): Tree =>
  path.reduce((node, key) => node[key] ?? ({} as Tree), tree);
const json = 'application/json';
const postOf = ({ spec }: Protocol, name: string) =>
  at(document, 'paths', `/api/${spec.name}/${name}`, 'post');

describe('the API document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    expect(validator.version).toBe('3.1');
  });

  it('states no record twice', () => {
    const times = new Map<string, number>();
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      const { type, properties } = node as Tree;
      if (type === 'object' && Object.keys(properties ?? {}).length > 1) {
        const text = JSON.stringify(node);
        times.set(text, (times.get(text) ?? 0) + 1);
      }
      for (const inner of Object.values(node)) walk(inner);
    };
    walk(document);
    expect([...times].filter(([, count]) => count > 1)).toEqual([]);
  });

  it('refers to nothing that is not there, and states nothing that nobody refers to', () => {
    const text = JSON.stringify(document);
    const components = at(document, 'components');
    const stated = Object.keys(components).flatMap((kind) =>
      Object.keys(at(components, kind)).map((name) => `#/components/${kind}/${name}`),
    );
    const referred = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref));
    expect([...referred].toSorted()).toEqual(stated.toSorted());
  });
});

const operations = protocols.flatMap((protocol) =>
  Object.entries(protocol.spec.operations).map(
    ([name, operation]) => [`${protocol.spec.name}.${name}`, protocol, name, operation] as const,
  ),
);
describe('an example', () => {
  it.each(operations)('of %s is what its own codec takes and gives', (_, protocol, name, spec) => {
    const post = postOf(protocol, name);
    const input = at(post, 'requestBody', 'content', json)['example'];
    const output = at(post, 'responses', '200', 'content', json)['example'];
    for (const [codec, example] of [
      [codecOf(spec.input), input],
      [codecOf(spec.output), output],
    ] as const)
      expect(codec.encode(codec.decode(example))).toEqual(example);
    for (const code of spec.errors) {
      const { fault, data } = protocol.spec.errors[code] ?? expect.unreachable(code);
      const shown = Object.values(at(post, 'responses')).find((response) =>
        Object.hasOwn(at(response, 'content', 'application/problem+json', 'examples'), code),
      );
      const example = at(shown ?? {}, 'content', 'application/problem+json', 'examples', code);
      const { value } = example as { value?: { fault: string; data: unknown } };
      expect(value?.fault).toBe(fault);
      expect(codecOf(data).encode(codecOf(data).decode(value?.data))).toEqual(value?.data);
    }
  });
});
