/** Scenarios of the ledger: what is posted, known or refused; periods; reports of any size. */
import { calendarDate, type Id } from '@morrow/kernel';
import { Ledger } from '@morrow/protocol-ledger';
import { expect } from 'vitest';
import type { Scenario, World } from '../worlds/world.ts';

const day = calendarDate('2026-02-10');
const rent = (source: string, amount = 700n) => ({
  source,
  date: day,
  currency: 'GBP',
  memo: 'Rent of the shop',
  lines: [
    { account: '3200', amount },
    { account: '@cash', amount: -amount },
  ],
});
type Entry = ReturnType<typeof rent>;

const post = (world: World, entry: Entry) => world.port(Ledger).post(entry, world.context());
const postMany = (world: World, entries: readonly Entry[]) =>
  world.port(Ledger).postMany(
    {
      entries: entries.map(({ lines: _, ...header }) => header),
      lines: entries.flatMap(({ lines }, entry) => lines.map((line) => ({ entry, ...line }))),
    },
    world.context(),
  );
/** Codes that calls are refused with, `ok` where one is not. */
async function codesOf(world: World, calls: readonly (() => Promise<unknown>)[]) {
  const codes: unknown[] = [];
  for (const call of calls) {
    const refusal = await world.refusal(call);
    codes.push(typeof refusal === 'object' ? (refusal as { code: string }).code : 'ok');
  }
  return codes;
}
async function balanceOf(world: World, account: string): Promise<bigint> {
  const ledger = world.port(Ledger);
  let balance = 0n;
  for (let after: string | undefined; ;) {
    const page = await ledger.generalLedger({ account, after, limit: 50 }, world.context());
    balance = page.lines.at(-1)?.balance ?? page.opening;
    after = page.next;
    if (after === undefined) return balance;
  }
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  async 'a source that was posted is known with the same content, and refused with other content'(
    world,
  ) {
    const entry = rent('shop:1');
    const first = await post(world, entry);
    const turned = { ...entry, lines: entry.lines.toReversed() };
    const again = [await post(world, entry), await post(world, turned)];
    const others = [
      { ...entry, memo: 'Rent of the office' },
      { ...entry, date: calendarDate('2026-02-11') },
      rent('shop:1', 701n),
      {
        ...entry,
        lines: [
          { account: '3200', amount: 700n },
          { account: '3100', amount: -700n },
        ],
      },
    ];
    const at = calendarDate('2026-05-02');
    await world.port(Ledger).lockPeriod({ period: '2026-02' }, world.context());
    const locked = await post(world, entry);
    await world.port(Ledger).unlockPeriod({ period: '2026-02' }, world.context());
    return {
      again: again.map(({ entryId, isNew }) => [entryId === first.entryId, isNew]),
      locked: [locked.entryId === first.entryId, locked.isNew],
      others: await codesOf(
        world,
        others.map((other) => () => post(world, other)),
      ),
      reused: await world.refusal(() => post(world, { ...entry, date: at })),
    };
  },
  async 'a batch refuses the elements that cannot be posted, by name, and posts the others'(world) {
    const before = await balanceOf(world, '3200');
    const { lines: _, ...bare } = rent('batch:none');
    const entries = [
      rent('batch:1', 1n),
      rent('batch:1', 1n),
      rent('batch:1', 2n),
      { ...bare, lines: [] },
      {
        ...rent('batch:odd'),
        lines: [
          { account: '3200', amount: 1n },
          { account: '@cash', amount: 1n },
        ],
      },
      {
        ...rent('batch:stock'),
        lines: [
          { account: '@inventory', amount: 1n },
          { account: '3200', amount: -1n },
        ],
      },
      rent('sale:batch'),
      rent('shop:1'),
      { ...rent('batch:yen'), currency: 'JPY' },
      { ...rent('batch:far'), date: calendarDate('9999-01-01') },
      {
        ...rent('batch:5000'),
        lines: [
          { account: '5000', amount: 1n },
          { account: 'nope', amount: -1n },
        ],
      },
      rent('batch:2', 4n),
    ];
    const stray = [7000, -1].map((entry) => ({ entry, account: '3200', amount: 9n }));
    const { lines, ...rest } = {
      entries: entries.map(({ lines: own, ...header }) => ({ header, own })),
      lines: entries.flatMap(({ lines: own }, entry) => own.map((line) => ({ entry, ...line }))),
    };
    const answer = await world.port(Ledger).postMany(
      {
        entries: rest.entries.map(({ header }) => header),
        lines: [...lines.slice(0, 3), ...stray, ...lines.slice(3)],
      },
      world.context(),
    );
    const refused = answer.refused.map(({ entry, source, code }) => `${entry} ${source} ${code}`);
    const moved = (await balanceOf(world, '3200')) - before;
    expect(moved).toBe(5n);
    return { ...answer, refused, sentence: answer.refused[0]?.sentence };
  },
  async 'nobody posts to control accounts or under derived sources by hand'(world) {
    const ledger = world.port(Ledger);
    const to = (account: string) => ({
      ...rent('hand:1'),
      lines: [
        { account, amount: 5n },
        { account: '@cash', amount: -5n },
      ],
    });
    const sources = ['sale:1', 'return:1', 'wms:1', 'Sale:1', 'reversal:1', 'writeOff:1'];
    const { entries } = await ledger.listEntries({ limit: 40 }, world.context());
    const derived = entries.find(({ source }) => source.startsWith('sale:'));
    const reversal = { date: calendarDate('2026-11-01'), memo: 'No' };
    const { accounts } = await ledger.listAccounts({}, world.context());
    return {
      control: accounts.filter(({ isControl }) => isControl).map(({ code, role }) => [code, role]),
      accounts: await codesOf(
        world,
        ['@inventory', '1300', '@receivable', '1200'].map((name) => () => post(world, to(name))),
      ),
      refusal: await world.refusal(() => post(world, to('1300'))),
      sources: await codesOf(
        world,
        sources.map((source) => () => post(world, rent(source))),
      ),
      derived: await codesOf(world, [
        () =>
          ledger.reverse(
            { entryId: derived?.entryId as Id<'entry'>, ...reversal },
            world.context(),
          ),
      ]),
    };
  },
  async 'what customers owe is written off, and reinstated'(world) {
    const ledger = world.port(Ledger);
    const before = await balanceOf(world, '1200');
    const debt = {
      reference: 'C1/2026',
      date: day,
      currency: 'GBP',
      memo: 'Bankrupt',
      amount: 40n,
    };
    const first = await ledger.writeOff(debt, world.context());
    const again = await ledger.writeOff(debt, world.context());
    const after = await balanceOf(world, '1200');
    const back = { ...debt, reference: 'C1/2026/back', amount: -40n };
    await ledger.writeOff(back, world.context());
    return {
      first: first.isNew,
      again: [again.isNew, again.entryId === first.entryId],
      reused: await codesOf(world, [
        () => ledger.writeOff({ ...debt, amount: 41n }, world.context()),
        () => ledger.writeOff({ ...debt, reference: 'none', amount: 0n }, world.context()),
        () => ledger.writeOff({ ...debt, reference: 'yen', currency: 'JPY' }, world.context()),
      ]),
      change: after - before,
      left: (await balanceOf(world, '1200')) - before,
    };
  },
  async 'an entry is reversed once, not before its day, and a reversal is not reversed'(world) {
    const ledger = world.port(Ledger);
    const { entryId } = await post(world, rent('shop:2'));
    const reversal = { entryId, date: calendarDate('2026-02-12'), memo: 'Wrong month' };
    const reverse = (change: object = {}) =>
      ledger.reverse({ ...reversal, ...change }, world.context());
    const early = await world.refusal(() => reverse({ date: calendarDate('2026-02-09') }));
    const [first, again] = [await reverse(), await reverse()];
    return {
      early: (early as { code: string }).code,
      again: [again.entryId === first.entryId, first.isNew, again.isNew],
      refused: await codesOf(world, [
        () => reverse({ memo: 'Another reason' }),
        () => reverse({ date: calendarDate('2026-02-13') }),
        () => reverse({ entryId: first.entryId }),
        () => reverse({ date: calendarDate('9999-02-13') }),
      ]),
    };
  },
  async 'entries are dated from 1900 until a year ahead'(world) {
    const dated = (date: string) => ({ ...rent(`day:${date}`), date: calendarDate(date) });
    const days = ['0001-01-01', '1899-12-31', '9999-12-31'];
    return codesOf(
      world,
      days.map((date) => () => post(world, dated(date))),
    );
  },
  async 'real months are locked and unlocked, and the locked ones are listed'(world) {
    const ledger = world.port(Ledger);
    const lock = (period: string) => () => ledger.lockPeriod({ period }, world.context());
    const unlock = (period: string) => () => ledger.unlockPeriod({ period }, world.context());
    const nonsense = ['2025-1', '2026-13', '2026-00', 'hello', '1899-12', '0000-01'];
    const refused = await codesOf(world, [...nonsense.map(lock), ...nonsense.map(unlock)]);
    const months = ['1999-03', '1999-01', '1999-02'];
    const locked = await codesOf(world, [...months.map(lock), lock('1999-01')]);
    const listed = await ledger.periods({ limit: 2 }, world.context());
    const rest = await ledger.periods({ after: listed.next }, world.context());
    const found = [...listed.periods, ...rest.periods];
    const unlocked = await codesOf(world, [...months.map(unlock), unlock('1999-01')]);
    const left = await ledger.periods({}, world.context());
    expect(found.every(({ lockedAt }) => Math.abs(Date.now() - +lockedAt) < 3_600_000)).toBe(true);
    return {
      refused,
      locked,
      next: listed.next,
      found: found.map(({ period, lockedBy }) => `${period} ${lockedBy.replace(/:.*/, '')}`),
      unlocked,
      left: left.periods.length,
    };
  },
  async 'the chart has any number of accounts, and each of them works'(world) {
    const ledger = world.port(Ledger);
    const codes = Array.from({ length: 420 }, (_, at) => `9${String(at).padStart(4, '0')}`);
    const open = (code: string) => {
      const account = { code, name: `Branch ${code}`, kind: 'asset' as const, isPostable: true };
      return ledger.openAccount({ ...account, parent: '1000' }, world.context());
    };
    for (let at = 0; at < codes.length; at += 60)
      await Promise.all(codes.slice(at, at + 60).map(open));
    const pages = [];
    for (let after: string | undefined; ;) {
      const page = await ledger.listAccounts({ after }, world.context());
      pages.push(page.accounts.map(({ code }) => code));
      after = page.next;
      if (after === undefined) break;
    }
    const entries = codes.map((code) => ({
      ...rent(`branch:${code}`),
      lines: [
        { account: code, amount: 2n },
        { account: '@cash', amount: -2n },
      ],
    }));
    for (let at = 0; at < entries.length; at += 210)
      await postMany(world, entries.slice(at, at + 210));
    const first = await ledger.trialBalance({}, world.context());
    const second = await ledger.trialBalance({ after: first.next }, world.context());
    const [last = ''] = codes.slice(-1);
    const taken = { name: 'Second till', kind: 'asset' as const, isPostable: true };
    return {
      pages: pages.map((page) => page.length),
      isSorted: pages.flat().every((code, at, all) => at === 0 || code > (all[at - 1] ?? '')),
      lines: [first.lines.length, second.lines.length],
      sameTotal: first.total.debit === second.total.debit,
      last: [second.lines.at(-1)?.account, await balanceOf(world, last)],
      taken: await codesOf(world, [
        () => open(last),
        () => ledger.openAccount({ ...taken, code: '1101', role: 'cash' }, world.context()),
        () => ledger.openAccount({ ...taken, code: '1102', parent: '1102' }, world.context()),
        () => ledger.openAccount({ ...taken, code: '1103', name: ' ' }, world.context()),
      ]),
    };
  },
  async 'sums hold, however large the amounts'(world) {
    const ledger = world.port(Ledger);
    const largest = 10n ** 18n - 1n;
    const cash = await balanceOf(world, '1100');
    const entries = Array.from({ length: 25 }, (_, at) => rent(`large:${at}`, largest));
    await postMany(world, entries);
    const upTo = calendarDate('2026-02-28');
    const balances = [
      await ledger.trialBalance({}, world.context()),
      await ledger.trialBalance({ from: day, upTo }, world.context()),
    ];
    const sums = balances.map(({ total }) => total.debit === total.credit);
    const after = await balanceOf(world, '1100');
    const unbalanced = {
      ...rent('large:odd'),
      lines: Array.from({ length: 50 }, () => ({ account: '3200', amount: largest })),
    };
    const refusal = await world.refusal(() => post(world, unbalanced));
    const contrary = Array.from({ length: 25 }, (_, at) => rent(`large:back:${at}`, -largest));
    await postMany(world, contrary);
    expect(after - cash).toBe(-25n * largest);
    return { sums, refusal, back: (await balanceOf(world, '1100')) === cash };
  },
  async 'the general ledger runs from a day to a day, with the balance after each line'(world) {
    const ledger = world.port(Ledger);
    const account = '5300';
    const samples = [1, 2, 2, 3, 4].map((date, at) => ({
      ...rent(`sample:${at}`),
      date: calendarDate(`2026-09-0${date}`),
      lines: [
        { account, amount: 10n },
        { account: '@cash', amount: -10n },
      ],
    }));
    await postMany(world, samples);
    const days = { from: calendarDate('2026-09-02'), upTo: calendarDate('2026-09-03') };
    const first = await ledger.generalLedger({ account, ...days, limit: 2 }, world.context());
    const after = first.next;
    const rest = await ledger.generalLedger({ account, ...days, after, limit: 2 }, world.context());
    const all = await ledger.generalLedger({ account, limit: 200 }, world.context());
    const shown = ({ date, balance }: (typeof all.lines)[number]) => `${date} ${balance}`;
    const bad = ['x', '2026-02-31|x|1|0', `2026-02-01|${'0'.repeat(36)}|1|0`, '|||'];
    const month = await ledger.trialBalance({ from: days.from, upTo: days.upTo }, world.context());
    return {
      pages: [first, rest].map(({ opening, lines }) => [opening, ...lines.map(shown)]),
      isWhole: rest.next === undefined,
      all: all.lines.map(shown),
      month: month.lines.map(({ account: code, debit, credit }) => `${code} ${debit} ${credit}`),
      bad: await codesOf(
        world,
        bad.map(
          (cursor) => () =>
            ledger.generalLedger({ account, after: cursor, limit: 2 }, world.context()),
        ),
      ),
    };
  },
};
