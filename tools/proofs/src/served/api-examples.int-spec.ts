/** Every example of the API document, sent as it stands to a fresh system, is answered or refused:
 * none of them is a defect. */
import { afterAll, describe, expect, it } from 'vitest';
import { served } from '../worlds/served.features.ts';

/** One of the query string; a shared one is a reference. */
interface Parameter {
  readonly name?: string;
  readonly example?: unknown;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly example: unknown }>>;
  };
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Example {
  readonly id: string;
  readonly path: string;
  readonly body: unknown;
}
interface Answer {
  readonly id: string;
  readonly status: number;
  readonly detail: string;
}

const json = 'application/json';
const queryOf = ({ parameters = [] }: Operation): string =>
  new URLSearchParams(
    parameters.flatMap(({ name, example }): [string, string][] =>
      name === undefined || example === undefined ? [] : [[name, String(example)]],
    ),
  ).toString();

/** What the document shows, in its order. */
const examplesOf = ({ paths }: Document): readonly Example[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      path: method === 'get' ? `${path}?${queryOf(operation)}` : path,
      body: method === 'get' ? undefined : operation.requestBody?.content[json]?.example,
    })),
  );

/** The same order for the same seed (Park and Miller's generator). */
function shuffled<T>(all: readonly T[], seed: number): readonly T[] {
  let state = (seed % 2_147_483_646) + 1;
  const rest = [...all];
  return all.map(() => {
    state = (state * 48_271) % 2_147_483_647;
    return rest.splice(state % rest.length, 1)[0] as T;
  });
}

const closings: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const close of closings.reverse()) await close();
});

async function played(order: (all: readonly Example[]) => readonly Example[]) {
  const { ask } = await served((close) => closings.push(close));
  const document = (await (await ask('/api/openapi.json')).json()) as Document;
  const answers: Answer[] = [];
  for (const { id, path, body } of order(examplesOf(document))) {
    const answer = await ask(path, {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers: { ...(body !== undefined && { 'content-type': json }), 'x-deadline-ms': '60000' },
    });
    const { detail = '' } = (await answer.json()) as { detail?: string };
    answers.push({ id, status: answer.status, detail });
  }
  return answers;
}
const isAnswered = ({ status }: Answer) => status >= 200 && status < 300;
const isRefused = ({ status }: Answer) => status >= 400 && status < 500;
const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);

/** What an order needs comes first, as a new business sets it up. */
const first = ['companies', 'items', 'parties', 'warehouses', 'stock'];
const rankOf = ({ id }: Example) => {
  const at = first.indexOf(id.split('.', 1).join());
  return at < 0 ? first.length : at;
};

describe('the examples of the API document', () => {
  it('are answered or refused as a business is set up, most of them answered', async () => {
    const answers = await played((all) => all.toSorted((a, b) => rankOf(a) - rankOf(b)));
    expect(answers.filter((one) => !isAnswered(one) && !isRefused(one))).toEqual([]);
    const refused = answers.filter(isRefused);
    if (process.env['SHOW']) console.log(refused);
    expect(answers.length).toBeGreaterThan(60);
    expect(refused.length / answers.length, JSON.stringify(refused, null, 1)).toBeLessThan(0.25);
  });

  it(`are answered or refused in any order (seed ${seed})`, async () => {
    const answers = await played((all) => shuffled(all, seed));
    expect(answers.filter((one) => !isAnswered(one) && !isRefused(one))).toEqual([]);
  });
});
