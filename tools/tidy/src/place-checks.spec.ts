// Each rule about the whole tree: breaches are planted and seen caught, good trees pass.
import { describe, expect, it } from 'vitest';
import * as checks from './place-checks.ts';
import type { Check } from './tree.ts';

const found = (check: Check, tree: Readonly<Record<string, string>>) =>
  check(Object.entries(tree).map(([path, text]) => ({ path, text }))).map(
    ({ path, sentence }) => `${path} ${sentence}`,
  );

describe('folders', () => {
  it('standsInKnownFolder catches a folder that the root does not know', () => {
    const tree = { 'scripts/x.mjs': '', 'tools/x/x.mjs': '', 'README.md': '', '.ci/run': '' };
    expect(found(checks.standsInKnownFolder, tree)).toEqual([
      'scripts/x.mjs the root knows apps, libs, protocols, adapters, deploy, tools, docs, .ci',
    ]);
  });

  it('hasNoEmptyFolder catches one', () => {
    const tree = { 'libs/people/': '', 'libs/wms/src/index.ts': '' };
    expect(found(checks.hasNoEmptyFolder, tree)).toEqual(['libs/people/ fill it or remove it']);
  });

  it('deploysOnlyData catches logic', () => {
    const tree = { 'deploy/k8s/up.mjs': '', 'deploy/k8s/gateway.yaml': '' };
    expect(found(checks.deploysOnlyData, tree)).toEqual([
      'deploy/k8s/up.mjs logic belongs to an app',
    ]);
  });
});

describe('linksLeadSomewhere', () => {
  const tree = (text: string) => ({
    'docs/guide.md': `# A first quarter of an hour\n${text}`,
    'docs/retail.md': '# Retail\n## Accounts, by role\n',
    'libs/wms/src/index.ts': '',
  });

  it.each([
    ['[x](nowhere.md)', 'nowhere.md'],
    ['[x](../libs/people)', '../libs/people'],
    ['[x](retail.md#prices)', 'retail.md#prices'],
    ['[x](#prices)', '#prices'],
    ['![x](x.png "X")', 'x.png'],
  ])('catches %s', (text, link) => {
    expect(found(checks.linksLeadSomewhere, tree(text))).toEqual([
      `docs/guide.md leads nowhere: ${link}`,
    ]);
  });

  it.each([
    '[x](retail.md)',
    '[x](./retail.md#accounts-by-role)',
    '[x](#a-first-quarter-of-an-hour)',
    '[x](../libs/wms)',
    '[x](../libs/wms/src/index.ts#L3)',
    '[x](https://example.org/nowhere.md)',
    'code: `[x](nowhere.md)`',
  ])('lets %s pass', (text) => {
    expect(found(checks.linksLeadSomewhere, tree(text))).toEqual([]);
  });
});

describe('namesNoMachine', () => {
  // Put together here, so that this file names none itself.
  it.each([
    ['https://regi' + 'stry.npmjs.org/x', 'host of a registry'],
    ['http://npm-regi' + 'stry.example:4873/', 'host of a registry'],
    ['"resolved": ' + '"https://x.example/x.tgz"', 'host of a registry'],
    ['//x/:_auth' + 'Token=abc', 'secret'],
    ['see /wo' + 'rk/main/x', 'path of one machine'],
    ['/ho' + 'me/ada/x', 'path of one machine'],
    ['/Use' + 'rs/ada/x', 'path of one machine'],
  ])('catches %s', (text, kind) => {
    expect(found(checks.namesNoMachine, { 'a.md': text })[0]).toContain(`a.md ${kind}`);
  });

  it.each(['the npm registry', '/var/lib/morrow', 'src/home/page.ts', 'https://x.example/work/1'])(
    'lets %s pass',
    (text) => {
      expect(found(checks.namesNoMachine, { 'a.md': text })).toEqual([]);
    },
  );
});

describe('knownFailuresExist', () => {
  const tree = (text: string) => ({
    'docs/known-failures.md': text,
    'libs/x/src/x.spec.ts': "it('keeps the penny', () => {",
  });

  it.each([
    ['- `libs/x/src/y.spec.ts` `keeps the penny`', 'there is no libs/x/src/y.spec.ts'],
    ['- `libs/x/src/x.spec.ts` `loses it`', "no test there says 'loses it'"],
  ])('catches %s', (text, sentence) => {
    expect(found(checks.knownFailuresExist, tree(text))).toEqual([
      `docs/known-failures.md ${sentence}`,
    ]);
  });

  it('lets a test that exists pass', () => {
    const text =
      '# `x`\n| lost | `libs/x/src/x.spec.ts` |\n- `libs/x/src/x.spec.ts` `keeps the penny`\n';
    expect(found(checks.knownFailuresExist, tree(text))).toEqual([]);
  });
});
