/** What every store does with units: what callers are told, and what is stored of each. */
import { describe, expect, it } from 'vitest';
import { CommitRefused } from '../unit.ts';
import {
  closes,
  meta,
  newId,
  noteRow,
  opens,
  opensAccount,
  othersHadTurns,
  publishAll,
  receiptOf,
  sale,
  told,
  unit,
  type OpenBooks,
} from './notes.ts';

const pageOf = { limit: 1000 };

export function commitSuite(engine: string, open: OpenBooks): void {
  describe(`a commit ${engine}`, () => {
    keepsFields(open);
    storesTogether(open);
    refuses(open);
    letsOneWin(open);
    holdsFacts(open);
    tells(open);
  });
}

function keepsFields(open: OpenBooks): void {
  it('keeps every kind of field exactly as it was given', async () => {
    const { store } = await open();
    const full = noteRow('N-1', {
      customer: 'Äpfel & "Öl", 東京 \\ \'',
      pieces: Number.MAX_SAFE_INTEGER,
      isUrgent: false,
      total: '-92233720368547758070000000000000001',
      weight: '0.000001',
      unitPrice: '10.500',
      day: '2024-02-29',
      sentAt: '2026-03-29T00:59:59.999Z',
      way: 'air',
      owner: newId(),
      lines: [{ b: 1, a: ['x', null, true], nested: { deep: '1.10' } }],
      facts: { b: [1.5, null, { '': '東京' }], a: 1e21 },
    });
    const bare = noteRow('N-2');
    await store.commit(unit([opens(full)]));
    await store.commit(unit([opens(bare)]));
    expect(await store.load('note', full.id)).toEqual(full);
    expect(await store.loadMany('note', [bare.id, newId()])).toEqual([bare]);
  });

  it('keeps nothing that its caller changes afterwards', async () => {
    const { store } = await open();
    const facts = { deep: [1] };
    const row = noteRow('N-1', { facts });
    await store.commit(unit([opens(row)]));
    facts.deep.push(2);
    expect((await store.load('note', row.id))?.fields['facts']).toEqual({ deep: [1] });
  });

  it.each([
    ['a map', { deep: [[], {}, { n: 5e-324 }] }],
    ['a list', [1, 'x', null, [true]]],
    ['a text that looks like more', '{"a": "\\u0041"}'],
    ['a number', -0.125],
    ['a flag', false],
    ['nothing', null],
  ])('keeps %s in a field of JSON, in the commit and in a transaction', async (_, facts) => {
    const { store } = await open();
    const [one, two] = [noteRow('N-1', { facts }), noteRow('N-2')];
    await store.commit(unit([opens(one), opens(two)]));
    await store.transact('x', async (session) => {
      await session.write(unit([closes(two, { facts })]));
      expect(await session.load('note', two.id)).toMatchObject({ fields: { facts } });
    });
    const rows = await store.loadMany('note', [one.id, two.id]);
    expect(rows.map(({ fields }) => fields['facts'])).toEqual([facts, facts]);
  });
}

function storesTogether(open: OpenBooks): void {
  it('stores document, events and receipt together', async () => {
    const { store } = await open();
    const row = noteRow('N-1');
    const moved = closes(row, { customer: 'Ann' });
    await store.commit(unit([opens(row)]));
    await store.commit(unit([moved], { receipt: receiptOf('k-1') }));
    await publishAll(store);
    const stored = (await store.eventsOf(row.id)).map(({ number, type, streamVersion }) => [
      number,
      type,
      streamVersion,
    ]);
    expect(stored).toEqual([
      [1, 'noteOpened', 1],
      [2, 'noteSigned', 2],
      [3, 'noteClosed', 3],
    ]);
    expect(await store.load('note', row.id)).toEqual(moved.row);
    expect(await store.findReceipt('k-1')).toEqual(receiptOf('k-1'));
    expect(await store.findReceipt('k-2')).toBeUndefined();
    const [event] = await store.eventsSince(0, 1);
    expect(event).toEqual({
      number: 1,
      protocol: 'notes',
      type: 'noteOpened',
      schemaVersion: 1,
      data: { number: 'N-1' },
      documentType: 'note',
      streamId: row.id,
      streamVersion: 1,
      meta: { ...meta, lifecycle: row.lifecycle },
      at: '2026-03-01T08:00:00.000Z',
    });
  });

  it('stores 100 documents of one unit all or not at all', async () => {
    const { store } = await open();
    const hundred = (prefix: string) =>
      Array.from({ length: 100 }, (_, at) => opens(noteRow(`${prefix}${at}`)));
    const stale = noteRow('old');
    await store.commit(unit([opens(stale)]));
    await store.commit(unit([closes(stale)]));
    const answers = await told([
      store.commit(unit(hundred('a'))),
      store.commit(unit([...hundred('b'), opens(noteRow('old'))])),
      store.commit(unit([...hundred('c'), closes(stale)])),
      store.commit(unit([opens(noteRow('z'))])),
    ]);
    expect(answers).toEqual(['stored', 'duplicate', 'staleVersion', 'stored']);
    const rows = await store.list('note', pageOf);
    const initials = rows.map(({ fields }) => String(fields['number']).charAt(0));
    expect(initials.toSorted().join('')).toBe(`${'a'.repeat(100)}oz`);
  });

  it('keeps the first of two receipts of one key', async () => {
    const { store } = await open();
    await store.keepReceipt(receiptOf('k'));
    await store.keepReceipt({ ...receiptOf('k'), answer: { ok: 'another' } });
    expect(await store.findReceipt('k')).toEqual(receiptOf('k'));
  });

  it('commits again for the next caller after one whose work threw', async () => {
    const { store } = await open();
    const work = store.transact('reaction', async (session) => {
      await session.write(unit([opens(noteRow('N-1'))], { entries: [sale('s-1', 5n)] }));
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect([await store.count('note'), await store.ledger.posted(['s-1'])]).toEqual([0, []]);
    await store.transact('reaction', (session) => session.write(unit([opens(noteRow('N-1'))])));
    expect(await store.count('note')).toBe(1);
  });
}

function refuses(open: OpenBooks): void {
  it('refuses each bad unit alone and stores its neighbours', async () => {
    const { store } = await open();
    const held = noteRow('held');
    await store.commit(unit([opens(held)], { receipt: receiptOf('taken') }));
    await store.commit(unit([closes(held)]));
    const units = [
      unit([opens(noteRow('a'))], { receipt: receiptOf('k-a') }),
      unit([closes(held)], { receipt: receiptOf('k-stale') }),
      unit([opens(noteRow('held'))], { receipt: receiptOf('k-duplicate') }),
      unit([opens(noteRow('b'))], { receipt: receiptOf('taken') }),
      unit([opens(noteRow('c', { way: 'air', day: '2026-02-30' }))]),
      unit([opens(noteRow('d'))], { receipt: receiptOf('k-d') }),
    ];
    expect(await told(units.map((one) => store.commit(one)))).toEqual([
      'stored',
      'staleVersion',
      'duplicate',
      'ReceiptTaken',
      expect.stringMatching(/date/),
      'stored',
    ]);
    const numbers = (await store.list('note', pageOf)).map(({ fields }) => fields['number']);
    expect(numbers.toSorted()).toEqual(['a', 'd', 'held']);
    const keys = ['k-a', 'k-stale', 'k-duplicate', 'taken', 'k-d'];
    const kept = await Promise.all(keys.map((key) => store.findReceipt(key)));
    expect(kept.flatMap((receipt) => receipt?.key ?? [])).toEqual(['k-a', 'taken', 'k-d']);
    await publishAll(store);
    expect(await store.upkeep.faults()).toEqual([]);
  });

  it('names what stood in the way', async () => {
    const { store } = await open();
    const row = noteRow('N-1');
    await store.commit(unit([opens(row)], { entries: [sale('s-1', 5n)] }));
    await expect(store.commit(unit([opens(noteRow('N-1'))]))).rejects.toEqual(
      new CommitRefused('duplicate', 'N-1'),
    );
    await expect(store.commit(unit([], { entries: [sale('s-1', 5n)] }))).rejects.toEqual(
      new CommitRefused('alreadyPosted', 's-1'),
    );
    await store.commit(unit([closes(row)]));
    await expect(store.commit(unit([closes(row)]))).rejects.toEqual(
      new CommitRefused('staleVersion', row.id),
    );
    const inside = store.transact('x', (session) => session.write(unit([closes(row)])));
    await expect(inside).rejects.toEqual(new CommitRefused('staleVersion', row.id));
  });

  it('calls a second beginning of a document stale', async () => {
    const { store } = await open();
    const row = noteRow('N-1');
    await store.commit(unit([opens(row)]));
    const twin = noteRow('N-2', {}, row.id);
    expect(await told([store.commit(unit([opens(twin)]))])).toEqual(['staleVersion']);
  });

  it('refuses the rest where a row that it moves by no event has moved', async () => {
    const { store } = await open();
    const row = noteRow('N-1');
    await store.commit(unit([opens(row)]));
    const holds = { documentType: 'note', row, events: [] };
    await store.commit(unit([holds, opens(noteRow('N-2'))]));
    await store.commit(unit([closes(row)]));
    const late = store.commit(unit([holds, opens(noteRow('N-3'))]));
    expect([await told([late]), await store.count('note')]).toEqual([['staleVersion'], 2]);
  });

  it('refuses a move to a unique value that another document has', async () => {
    const { store } = await open();
    const [one, two] = [noteRow('N-1'), noteRow('N-2')];
    await store.commit(unit([opens(one), opens(two)]));
    expect(
      await told([
        store.commit(unit([closes(two, { number: 'N-1' })])),
        store.commit(unit([closes(one, { number: 'N-1' })])),
      ]),
    ).toEqual(['duplicate', 'stored']);
  });

  it('refuses a value that is not among the choices of a field, alone', async () => {
    const { store } = await open();
    const answers = await told([
      store.commit(unit([opens(noteRow('N-1', { way: 'rail' }))])),
      store.commit(unit([opens(noteRow('N-2', { way: 'sea' }))])),
    ]);
    expect(answers).toEqual([expect.stringContaining('way'), 'stored']);
  });
}

function letsOneWin(open: OpenBooks): void {
  it('lets one of 20 callers move a document', async () => {
    const { store } = await open();
    const row = noteRow('N-1');
    await store.commit(unit([opens(row)]));
    const answers = await told(
      Array.from({ length: 20 }, (_, caller) =>
        store.commit(unit([closes(row, { customer: String(caller) })])),
      ),
    );
    expect(answers.toSorted()).toEqual([...Array(19).fill('staleVersion'), 'stored']);
    expect(await store.load('note', row.id)).toMatchObject({ version: 3 });
  });

  it('lets one of 20 callers use a key, in one process and in two', async () => {
    const { store, again } = await open();
    const stores = [store, await again()];
    const answers = await told(
      Array.from({ length: 20 }, (_, caller) =>
        stores[caller % 2]?.commit(
          unit([opens(noteRow(`N-${caller}`))], { receipt: receiptOf('same') }),
        ),
      ).map((call) => call ?? Promise.resolve()),
    );
    expect(answers.toSorted()).toEqual([...Array(19).fill('ReceiptTaken'), 'stored']);
    expect(await publishAll(store)).toHaveLength(1);
  });
}

function holdsFacts(open: OpenBooks): void {
  it('commits from inside a transaction what that one does not touch', async () => {
    const { store } = await open();
    const [outer, inner] = [noteRow('N-1'), noteRow('N-2')];
    const seen = await store.transact('reaction', async (session) => {
      await session.write(unit([opens(outer)]));
      await store.commit(unit([opens(inner)]));
      return session.load('note', inner.id);
    });
    expect(seen).toEqual(inner);
    expect(await store.count('note')).toBe(2);
  });

  it('refuses entries that were decided on facts which have changed', async () => {
    const { store } = await open();
    const before = await store.ledger.factsVersion();
    await store.commit(unit([opensAccount('1000')]));
    const after = await store.ledger.factsVersion();
    expect(after).toBe(before + 1);
    const old = { entries: [sale('x', 1n)], factsVersion: before };
    expect(
      await told([
        store.commit(unit([], { entries: [sale('old', 1n)], factsVersion: before })),
        store.commit(unit([], { entries: [sale('new', 1n)], factsVersion: after })),
        store.commit(unit([opens(noteRow('n'))], old)),
      ]),
    ).toEqual(['staleFacts', 'stored', 'staleFacts']);
    expect(await store.ledger.posted(['old', 'new', 'x'])).toEqual(['new']);
    expect(await store.count('note')).toBe(0);
  });

  it('waits for a change of facts that is under way before it posts', async () => {
    const { store } = await open();
    const factsVersion = await store.ledger.factsVersion();
    let posting: Promise<readonly string[]> | undefined;
    await store.transact('change', async (session) => {
      await session.write(unit([opensAccount('1000')]));
      posting = told([store.commit(unit([], { entries: [sale('s', 1n)], factsVersion }))]);
      await othersHadTurns();
    });
    expect(await posting).toEqual(['staleFacts']);
  });
}

function tells(open: OpenBooks): void {
  it('says at each commit which units it stores', async () => {
    const stored: string[] = [];
    const { store } = await open((label, when, units = []) => {
      const rows = units.flatMap(({ transitions }) => transitions.map(({ row }) => row.id));
      if (['store.commit', 'reaction'].includes(label))
        stored.push([label, when, ...rows].join(' '));
    });
    const [one, two, three] = [noteRow('N-1'), noteRow('N-2'), noteRow('N-3')];
    await store.commit(unit([opens(one)]));
    await store.transact('reaction', async (session) => {
      await session.write(unit([opens(two)]));
      await session.write(unit([opens(three)]));
    });
    await store.transact('reaction', (session) => session.count('note'));
    expect(stored).toEqual([
      ...['before', 'after'].map((when) => `store.commit ${when} ${one.id}`),
      ...['before', 'after'].map((when) => `reaction ${when} ${two.id} ${three.id}`),
      ...['before', 'after'].map((when) => `reaction ${when}`),
    ]);
  });

  it('tells listeners of commits with events, and calls the hook around each commit', async () => {
    const points: string[] = [];
    const { store } = await open((label, when) => points.push(`${when} ${label}`));
    let commits = 0;
    store.relay.onCommit(() => commits++);
    points.length = 0;
    await store.commit(unit([opens(noteRow('N-1'))]));
    await store.transact('reaction', (session) => session.write(unit([opens(noteRow('N-2'))])));
    expect(commits).toBe(2);
    await store.transact('looking', (session) => session.count('note'));
    expect(commits).toBe(2);
    await publishAll(store);
    await store.keepReceipt(receiptOf('k'));
    const met = (when: string) =>
      points.filter((point) => point.startsWith(when)).map((point) => point.slice(when.length));
    expect(met('before ')).toEqual(met('after '));
    expect(points).toContain('before relay.lease');
  });
}
