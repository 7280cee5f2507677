/** Laws of the documents of finance, the turns of a period, and the chart that books begin with. */
import { toldOf } from '@morrow/contract';
import { documentSuite } from '@morrow/contract/suite';
import { eventOf, NotInState, transitionOf } from '@morrow/document-keeper';
import { Account, Ledger } from '@morrow/protocol-ledger';
import { describe, expect, it } from 'vitest';
import { defaultChart } from './default-chart.ts';
import { account } from './account.document.ts';
import { book, period } from './books.document.ts';

documentSuite(account, Ledger.spec);
documentSuite(book, Ledger.spec);
documentSuite(period, Ledger.spec);

const id = '01900000-0000-7000-8000-000000000001';
const january = { period: '2011-01' };
const locked = eventOf(Ledger, 'periodLocked', january);
const unlocked = eventOf(Ledger, 'periodUnlocked', january);
const opened = (details: (typeof defaultChart)[number]) =>
  transitionOf(account, undefined, id, [eventOf(Ledger, 'accountOpened', details)]).row;

describe('a period', () => {
  it('is open until it is locked, and can be opened and locked again', () => {
    const { row } = transitionOf(period, undefined, id, [locked, unlocked, locked]);
    expect(row).toMatchObject({ version: 3, state: 'locked', fields: january });
  });
  it('is not locked twice, and not unlocked where it is open', () => {
    expect(() => transitionOf(period, undefined, id, [locked, locked])).toThrow(NotInState);
    expect(() => transitionOf(period, undefined, id, [unlocked])).toThrow(NotInState);
  });
});

describe('the default chart', () => {
  it('gives each account and each role once', () => {
    const roles = defaultChart.flatMap(({ role }) => role ?? []);
    const codes = defaultChart.map(({ code }) => code);
    expect([...new Set(codes)]).toEqual(codes);
    expect([...new Set(roles)]).toEqual(roles);
  });
  it('has every account that may be posted to below a heading of its kind', () => {
    const headings = new Map(
      defaultChart.filter(({ isPostable }) => !isPostable).map((each) => [each.code, each]),
    );
    const leaves = defaultChart.filter(({ isPostable }) => isPostable);
    expect(leaves.map(({ parent = '' }) => headings.get(parent)?.kind)).toEqual(
      leaves.map(({ kind }) => kind),
    );
  });
  it('comes back from the rows of its accounts as it was', () => {
    expect(defaultChart.map((details) => toldOf(Account, opened(details).fields))).toEqual(
      defaultChart,
    );
  });
});
