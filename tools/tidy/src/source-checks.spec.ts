// Each rule about source files: breaches are planted and seen caught, good files pass.
import { describe, expect, it } from 'vitest';
import * as checks from './source-checks.ts';
import type { Check } from './tree.ts';

const sentencesOf = (check: Check, path: string, text: string) =>
  check([{ path, text }]).map(({ line, sentence }) => (line ? `${line}: ${sentence}` : sentence));
const lines = (count: number) => 'x;\n'.repeat(count);

describe('opensWithSentence', () => {
  const { opensWithSentence } = checks;
  const wanted = ['begin with a comment of one sentence: what the file is for'];

  it.each([
    ['export const x = 1;\n'],
    ['// todo\n'],
    ['// not a sentence because it begins small.\n'],
    ['// A sentence without its end\n'],
    ['\n// A sentence that comes one line too late.\n'],
    ['#!/usr/bin/env node\nimport x;\n'],
    [''],
  ])('catches %j', (text) => {
    expect(sentencesOf(opensWithSentence, 'libs/x/src/x.ts', text)).toEqual(wanted);
  });

  it.each([
    ['// Cost of goods, first in first out.\n'],
    ['/** Wms: its manifest, and nothing else. */\n'],
    ['/* Wms: its manifest, and nothing else. */\n'],
    ['/** Cost of goods,\n * first in first out. */\n'],
    ['// Cost of goods,\n// first in first out.\nimport x;\n'],
    ['#!/usr/bin/env node\n// The door of the command line.\n'],
  ])('lets %j pass', (text) => {
    expect(sentencesOf(opensWithSentence, 'libs/x/src/x.ts', text)).toEqual([]);
  });

  it('asks nothing of files that are no source', () => {
    expect(sentencesOf(opensWithSentence, 'LICENSE', 'MIT')).toEqual([]);
  });
});

describe('sizes', () => {
  it('fitsInLength catches the 401st line', () => {
    expect(sentencesOf(checks.fitsInLength, 'a.ts', lines(401))).toEqual(['401 lines: divide it']);
    expect(sentencesOf(checks.fitsInLength, 'a.ts', lines(400))).toEqual([]);
  });

  it('earnsItsPlace catches 19 lines, but for index files, tests, settings and the like', () => {
    const short = ['19 lines: merge it into a neighbour'];
    expect(sentencesOf(checks.earnsItsPlace, 'libs/x/src/a.ts', lines(19))).toEqual(short);
    expect(sentencesOf(checks.earnsItsPlace, 'libs/x/src/a.ts', lines(20))).toEqual([]);
    for (const path of [
      'a/index.ts',
      'a/x.spec.ts',
      'a/x.config.ts',
      'a/x.document.ts',
      'a/x.manifest.ts',
      'a/bin/x.mjs',
    ])
      expect(sentencesOf(checks.earnsItsPlace, path, lines(1))).toEqual([]);
  });

  it('fitsInWidth catches the 101st column, counting letters and not bytes', () => {
    const text = `${'ä'.repeat(100)}\n${'ä'.repeat(101)}\n`;
    expect(sentencesOf(checks.fitsInWidth, 'a.ts', text)).toEqual(['2: 101 columns']);
  });
});

describe('names', () => {
  it.each([
    ['libs/x/src/x.helpers.ts', '.helpers is no role'],
    ['libs/x/src/x.service.ts', '.service is no role'],
    ['libs/x/src/x.test.ts', '.test is no role'],
    ['libs/x/src/x.d.ts', '.d is no role'],
  ])('namesKnownRole catches %s', (path, sentence) => {
    expect(sentencesOf(checks.namesKnownRole, path, '')).toEqual([sentence]);
  });

  it.each([
    'libs/x/src/x.ts',
    'libs/x/src/x.property.spec.ts',
    'libs/x/src/x.int-spec.ts',
    'libs/x/src/x.operations.ts',
    'apps/x/src/x.module.ts',
    'eslint.config.mjs',
  ])('namesKnownRole lets %s pass', (path) => {
    expect(sentencesOf(checks.namesKnownRole, path, '')).toEqual([]);
  });

  it.each([
    ['libs/x/src/stockIssue.ts', "'stockIssue' is not kebab-case"],
    ['libs/x/src/stock_issue.ts', "'stock_issue' is not kebab-case"],
    ['libs/X/src/issue.ts', "'X' is not kebab-case"],
    ['libs/x/src/date-utils.ts', "'date-utils' says nothing"],
    ['libs/x/src/helper.ts', "'helper' says nothing"],
    ['libs/x/src/common/a.ts', "'common' says nothing"],
    ['libs/x/src/stock-manager.ts', "'stock-manager' says nothing"],
    ['libs/x/src/ledger-impl.ts', "'ledger-impl' says nothing"],
    ['libs/x/src/base.ts', "'base' says nothing"],
    ['libs/x/src/data.ts', "'data' says nothing"],
  ])('hasTellingName catches %s', (path, sentence) => {
    expect(sentencesOf(checks.hasTellingName, path, '')[0]).toContain(sentence);
  });

  it('hasTellingName lets words of the business pass', () => {
    for (const path of ['libs/us-2026/src/form-1099.ts', 'adapters/x/src/data-home.ts'])
      expect(sentencesOf(checks.hasTellingName, path, '')).toEqual([]);
  });

  it.each([
    ['export interface IClock {', '1: IClock: an interface has no I prefix'],
    ['export class StockManager {', '1: StockManager says nothing'],
    ['export abstract class LedgerImpl {', '1: LedgerImpl says nothing'],
    ['export const dateUtils = {', '1: dateUtils says nothing'],
    ['export function process() {', '1: process says nothing'],
    ['export async function data() {', '1: data says nothing'],
  ])('hasTellingExports catches %j', (text, sentence) => {
    expect(sentencesOf(checks.hasTellingExports, 'a.ts', text)).toEqual([sentence]);
  });

  it('hasTellingExports lets words that only look alike pass', () => {
    const text = 'export interface Item {\nexport const processOrders = 1;\nexport class IBAN {\n';
    expect(sentencesOf(checks.hasTellingExports, 'a.ts', text)).toEqual([]);
  });
});
