// The proof: in a copy of this checkout, what the generators write passes all that stands guard
// here, and serves over HTTP; a fault planted in it is seen.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testPostgres } from '@morrow/dev-services';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { copyCheckout, environment, type Ended } from './copied-checkout.ts';

// Bounds a hang where two plays of all scenarios follow one another on a busy machine; nothing
// here is about speed.
const atMost = 900_000;
const copy = copyCheckout();
const tools = 'node_modules';
const vitest = `${tools}/vitest/vitest.mjs`;
const written: string[] = [];

const generate = (...args: string[]) => copy.node('tools/generators/src/main.ts', ...args);

interface Report {
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: 'passed' | 'failed' | 'skipped';
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Runs tests of the copy: the sentences that passed, and what the others failed with. */
async function tested(...args: string[]) {
  const file = join(copy.root, 'test-output/report.json');
  const reporter = ['--reporter=json', `--outputFile.json=${file}`];
  const { status } = await copy.node(vitest, 'run', ...reporter, ...args);
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = all.filter((each) => each.status === 'passed').map(({ fullName }) => fullName);
  const failures = [
    ...testResults.map(({ message }) => message),
    ...all.flatMap(({ failureMessages }) => failureMessages),
  ].filter(Boolean);
  return { status, passed: passed.toSorted(), failures };
}
// the copy plays what was written in it; the checkout plays all that was copied
environment['SCENARIOS'] = 'errands,stopovers';
const reached = () =>
  tested('tools/proofs/src/scenarios', '-t', 'reach every operation, declared error and event');

/** Asks the set-up of the copy, or tells it something; gives what it printed. */
const setUp = async (expression: string) => {
  const code = `import * as m from './tools/setup/install.mjs'; console.log(${expression});`;
  return (await copy.node('--input-type=module', '-e', code)).output.trim();
};

beforeAll(async () => {
  await setUp('m.noteInstalled()');
  const asked = [
    'domain errands',
    'document errands stopover',
    'operation errands close command',
    'operation stopovers getSummary query',
  ];
  for (const words of asked) {
    const { status, output } = await generate(...words.split(' '));
    expect(output).toContain('Next: npm test');
    expect(status).toBe(0);
    written.push(
      ...[...output.matchAll(/^(?:new|changed) +(\S+)$/gm)].map(([, path = '']) => path),
    );
  }
}, atMost);
afterAll(() => {
  copy.remove();
});

const sources = () => written.filter((path) => path.endsWith('.ts'));
const prettier = `${tools}/prettier/bin/prettier.cjs`;
const guards = {
  references: () => ['tools/workspace/sync.mjs', '--check'],
  catalog: () => ['--conditions=@morrow/source', 'tools/catalog/src/main.ts', '--check'],
  format: () => [prettier, '--check', '--log-level=warn', ...written],
  types: () => [`${tools}/@typescript/native/bin/tsc`, '-b'],
  lint: () => [`${tools}/eslint/bin/eslint.js`, '--max-warnings=0', ...sources()],
};

describe('what the generators wrote', () => {
  it.each(Object.entries(guards))('passes %s', { timeout: atMost }, async (_, args) => {
    expect(await copy.node(...args())).toEqual<Ended>({ status: 0, output: '' });
  });

  it('needs no installation', async () => {
    expect(await setUp('m.isInstalled()')).toBe('true');
  });

  it('passes tidy, and the new domain stands alone', { timeout: atMost }, async () => {
    const names = 'the repository passes|libs/errands';
    const { failures, passed } = await tested('--project=tidy', 'tools/tidy', '-t', names);
    expect(failures).toEqual([]);
    expect(passed).toContain('the repository passes earnsItsPlace');
    expect(passed.filter((name) => name.startsWith('libs/errands '))).not.toEqual([]);
  });

  it('passes the tests that came with it', { timeout: atMost }, async () => {
    expect(await tested('libs/errands')).toEqual({
      status: 0,
      failures: [],
      passed: [
        'it is closed once',
        'tells where the stopover stands, and when it was made',
        'the errand is closed, and keeps its fields',
        'the errand is open once it has a code and a name',
        'the errand is opened once',
        'the stopover is open once it has a code and a name',
        'the stopover is opened once',
      ],
    });
  });

  it('is reached whole by its scenarios, unless one is gone', { timeout: atMost }, async () => {
    const passed = ['the scenarios reach every operation, declared error and event'];
    expect(await reached()).toEqual({ status: 0, passed, failures: [] });
    const scenario = join(copy.root, 'tools/proofs/src/scenarios/errands-close.scenarios.ts');
    renameSync(scenario, `${scenario}.away`);
    const { status, failures } = await reached();
    renameSync(`${scenario}.away`, scenario);
    expect(status).toBe(1);
    expect(failures.join('\n')).toContain('errands.close');
  });
});

/** Serves the copy in one process: a call takes path and body; `stop` ends it before its test
 * does. */
async function served() {
  const { host, port, user } = await testPostgres();
  const tenant = `g${process.pid}`;
  const folder = join(copy.root, '.data');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'tenants.json'), JSON.stringify([tenant]));
  const DATABASE_URL = `postgres://${user}@localhost:${port}/?host=${encodeURIComponent(host)}`;
  const settings = { M_DATA: folder, M_FLEET: '1', PORT: '0', LOG_LEVEL: 'error', DATABASE_URL };
  const main = join(copy.root, 'apps/business/src/main.ts');
  const child = spawn(process.execPath, ['--conditions=@morrow/source', main], {
    env: { ...environment, ...settings },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  const stop = async () => {
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  };
  onTestFinished(stop);
  const url = await new Promise<string>((ready, failed) => {
    child.on('message', (message: { readonly ready: string }) => {
      ready(message.ready);
    });
    void ended.then((code) => {
      failed(new Error(`the server ended with ${code}`));
    });
  });
  let keys = 0;
  const call = async (path: string, input: unknown) => {
    const response = await fetch(new URL(`/api/${path}`, url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-tenant': tenant,
        'idempotency-key': `call-${keys++}`,
      },
      body: JSON.stringify(input),
    });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  return { call, stop, url };
}

it('answers over HTTP in one process with all other domains', { timeout: atMost }, async () => {
  const { call } = await served();
  const first = { code: 'E1', name: 'Bread and milk' };
  const opened = await call('errands/open', first);
  expect(opened).toMatchObject({ status: 200, answer: { ...first, state: 'open' } });
  const { errandId } = opened.answer;
  expect(await call('errands/open', first)).toMatchObject({
    status: 409,
    answer: { code: 'errands.codeTaken', detail: 'There is an errand E1 already.' },
  });
  const closed = { errandId, state: 'closed' };
  expect(await call('errands/close', { errandId })).toEqual({ status: 200, answer: closed });
  expect(await call('errands/close', { errandId })).toMatchObject({
    status: 409,
    answer: { code: 'errands.notInState' },
  });
  expect(await call('errands/list', { limit: 10 })).toEqual({
    status: 200,
    answer: { errands: [{ ...opened.answer, ...closed }] },
  });
  const { answer } = await call('stopovers/open', { code: 'S1', name: 'The bakery' });
  const { stopoverId, createdAt } = answer;
  expect(await call('stopovers/getSummary', { stopoverId })).toEqual({
    status: 200,
    answer: { stopoverId, state: 'open', madeAt: createdAt },
  });
  expect(await call('stopovers/get', { code: 'S2' })).toMatchObject({
    status: 404,
    answer: { detail: 'There is no stopover S2.' },
  });
});

it(
  'takes one line for a field of a record, also where rows stand',
  { timeout: atMost },
  async () => {
    const party = { code: 'ONE', name: 'Ada', role: 'customer', country: 'India' };
    const asPosted = (more: object) => ({ parties: [{ ...party, ...more }] });
    const before = await served();
    await before.call('parties/upsertMany', asPosted({}));
    await before.stop();

    const file = join(copy.root, 'protocols/parties/src/party.record.ts');
    const record = readFileSync(file, 'utf8');
    const options = "{ max: 20, label: 'Tax number', optional: true, indexed: true }";
    const line = `    taxNumber: fields.code(${options}),\n`;
    writeFileSync(
      file,
      record.replace(/^ {4}country: .*\n/m, (country) => country + line),
    );
    expect(await copy.node(...guards.references())).toEqual<Ended>({ status: 0, output: '' });

    const { call, url } = await served();
    const taxNumber = '29ABCDE1234F1Z5';
    const listed = async (filter: object) => {
      const { answer } = await call('parties/list', { where: JSON.stringify(filter), limit: 5 });
      return answer['parties'];
    };
    expect(await listed({ field: 'taxNumber', empty: true })).toMatchObject([party]);
    const changed = await call('parties/upsertMany', asPosted({ taxNumber }));
    expect(changed).toEqual({ status: 200, answer: { created: 0, changed: 1 } });
    const same = await call('parties/upsertMany', asPosted({ taxNumber }));
    expect(same.answer).toEqual({ created: 0, changed: 0 });
    expect((await call('parties/get', { code: 'ONE' })).answer).toMatchObject({
      ...party,
      taxNumber,
    });
    expect(await listed({ field: 'taxNumber', like: 'abcde' })).toMatchObject([{ taxNumber }]);
    const page = await (await fetch(new URL('/api/openapi.json', url))).text();
    expect(page).toContain('"taxNumber"');
  },
);

describe('a name that will not do', () => {
  const word = 'is a word of the language: find another for the';
  const camelCase = 'is not in camelCase: write the';
  const taken = 'already: choose another name.';
  const alone = 'call the domain parcels, or name its document too, as a last word.';
  const refused = [
    ['domain class', `'class' ${word} domain.`],
    ['domain orders', `There is a folder libs/orders ${taken}`],
    ['domain parcel', `'parcel' is no plural: ${alone}`],
    ['domain parcel_vans', `'parcel_vans' ${camelCase} domain like workItem.`],
    ['document errands parcels', "'parcels' is a plural: name one document, parcel."],
    ['document errands Parcel', `'Parcel' ${camelCase} document like workItem.`],
    ['document errands return', `'return' ${word} document.`],
    ['document errands stopover', `errands has a document stopover ${taken}`],
    ['document errands party parties', `There is a protocol parties ${taken}`],
    ['operation errands close command', `errands has an operation close ${taken}`],
    ['operation errands new command', `'new' ${word} operation.`],
    ['operation errands close_it command', `'close_it' ${camelCase} operation like workItem.`],
  ] as const;

  /** What each of them is answered, asked in one process of the copy. */
  const answersTo = async (asked: readonly string[]) => {
    const code = `import { generate } from './tools/generators/src/index.ts';
      for (const words of ${JSON.stringify(asked)}) {
        const [what, ...args] = words.split(' ');
        const answer = generate(process.cwd(), { what, args }).then(() => 'taken', String);
        console.log(await answer);
      }`;
    const { output } = await copy.node('--input-type=module', '-e', code);
    return output.trim().split('\n');
  };

  it('is answered with one sentence', { timeout: atMost }, async () => {
    const answers = await answersTo(refused.map(([words]) => words));
    expect(answers).toEqual(refused.map(([, sentence]) => `Refused: ${sentence}`));
  });

  it('of a domain or protocol is answered with those that there are', async () => {
    const answers = await answersTo(['document nowhere parcel', 'operation parcels close command']);
    expect(answers[0]).toMatch(/^Refused: There is no domain 'nowhere': choose among .*errands/);
    expect(answers[1]).toMatch(/^Refused: There is no protocol 'parcels': choose among .*errands/);
  });

  const commands = ['domain class', 'document errands parcels', 'operation errands close command'];
  it.each(commands)('ends %s with 1, and nothing is written', async (words) => {
    const before = copy.fingerprint();
    const { status, output } = await generate(...words.split(' '));
    expect(status).toBe(1);
    expect(refused.map(([, sentence]) => sentence)).toContain(output.trim());
    expect(copy.fingerprint()).toBe(before);
  });
});
