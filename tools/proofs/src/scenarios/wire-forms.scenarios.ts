/** Scenarios of what an input may look like: several forms of one value, and cursors. */
import { exampleOf } from '@morrow/adapter-http';
import { promised } from '@morrow/business/parts/catalog';
import { codecOf, type CallContext, type Protocol } from '@morrow/contract';
import { units } from '@morrow/kernel';
import { Items } from '@morrow/protocol-items';
import { keepingOf } from '@morrow/protocol-keeping';
import { Ledger } from '@morrow/protocol-ledger';
import { Parties } from '@morrow/protocol-parties';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Scenario, World } from '../worlds/world.ts';

type Ask = (input: unknown, context: CallContext) => Promise<unknown>;
type Fields = Readonly<Record<string, unknown>>;

/** Every operation that goes on after a cursor, with an input that is right but for the cursor. */
function listings(known: Readonly<Record<string, Fields>>) {
  const protocols: readonly Protocol[] = Object.values(promised);
  return protocols.flatMap((protocol) =>
    Object.entries(protocol.spec.operations).flatMap(([name, { input }]) => {
      const example = exampleOf(input) as Fields;
      if (typeof example['after'] !== 'string' && typeof example['after'] !== 'object') return [];
      const { after, ...rest } = example;
      const path = `${protocol.spec.name}.${name}`;
      const right = codecOf(input).decode({ ...rest, ...known[path] }) as Fields;
      return [{ protocol, name, path, after, right }];
    }),
  );
}

/** The fault with which a call is refused. */
async function faultOf(world: World, call: () => Promise<unknown>): Promise<unknown> {
  const refusal = await world.refusal(call);
  return (refusal as { fault?: unknown }).fault ?? refusal;
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  async 'a code is one code in whatever form its letters were typed'(world) {
    const [items, parties, warehouses] = [
      world.port(Items),
      world.port(Parties),
      world.port(Warehouses),
    ];
    const context = () => world.context();
    const [composed, typed] = ['KÄSE', 'KA\u0308SE'];
    const goods = { code: typed, name: 'Ka\u0308se', category: 'goods' as const };
    const made = await items.upsertMany({ items: [goods] }, context());
    const again = { ...goods, code: composed, name: 'Käse' };
    expect(made).toEqual({ created: 1, changed: 0 });
    const same = await items.upsertMany({ items: [again] }, context());
    expect(same).toEqual({ created: 0, changed: 0 });
    const got = [
      await items.get({ code: composed }, context()),
      await items.get({ code: typed }, context()),
    ].map(({ code, name }) => ({ code, name }));
    expect(got).toEqual([1, 2].map(() => ({ code: composed, name: 'Käse' })));
    const many = await items.getMany({ codes: [typed, composed, '商品-7'] }, context());
    expect(many.items.map(({ code }) => code)).toEqual([composed]);
    await warehouses.open({ code: 'KU\u0308HL', name: 'Kühlraum' }, context());
    const role = 'customer' as const;
    const customer = { code: 'Mu\u0308ller', name: 'Müller', country: 'Germany', role };
    await parties.upsertMany({ parties: [customer] }, context());
    const { code } = await parties.get({ code: 'Müller' }, context());
    expect(code).toBe('Müller');
    await world.port(Stock).receive(
      {
        number: 'Wareneingang-ä-1',
        currency: 'GBP',
        warehouse: 'KU\u0308HL',
        effectiveAt: new Date('2026-03-02T10:00:00.000Z'),
        lines: [{ item: typed, quantity: units(3), cost: 1_000_000n }],
      },
      context(),
    );
    const balance = { item: composed, warehouse: 'KÜHL' };
    const { onHand } = await world.port(Stock).getBalance(balance, context());
    expect(onHand).toBe(units(3));
  },

  async 'a document of any domain is found by its number or code'(world) {
    const found: unknown[] = [];
    for (const [domain, number] of [
      ['masters', 'KA\u0308SE'],
      ['masters', 'Müller'],
      ['wms', 'Wareneingang-ä-1'],
      ['wms', 'KÜHL'],
      ['orders', 'nobody knows'],
    ] as const) {
      const { documents } = await world.port(keepingOf(domain)).find({ number }, world.context());
      found.push(documents.map(({ label, state, facts }) => ({ label, state, facts })));
    }
    const labels = (found as { label: string }[][]).map((each) => each.map(({ label }) => label));
    expect(labels).toEqual([['Item'], ['Party'], ['Stock document'], ['Warehouse'], []]);
  },

  async 'a cursor that no page has given is refused in every list'(world) {
    const context = () => world.context();
    const { accounts } = await world.port(Ledger).listAccounts({}, context());
    const account = accounts.find(({ isPostable }) => isPostable)?.code;
    const key = { item: 'KÄSE', warehouse: 'KÜHL' };
    const all = listings({ 'ledger.generalLedger': { account }, 'stock.listMovements': key });
    expect(all.length).toBeGreaterThan(9);
    const seed = Date.now() % 2 ** 31;
    const words = fc.string({ unit: fc.constantFrom(...'Ab9-|é:'), minLength: 1, maxLength: 40 });
    const texts = [...fc.sample(words, { numRuns: 5, seed }), '0001-01-01|x|0', 'x|y|z'];
    const ids = [...fc.sample(fc.uuid(), { numRuns: 2, seed }), 7];
    for (const { protocol, name, path, after, right } of all) {
      const ask = (world.port(protocol) as unknown as Record<string, Ask>)[name] as Ask;
      const ofKey = texts.map((item) => ({ item, warehouse: 'KÜHL' }));
      for (const cursor of [...texts, ...ids, ...(typeof after === 'object' ? ofKey : [])]) {
        const fault = await faultOf(world, () => ask({ ...right, after: cursor }, context()));
        // an instance that is not there is missed before its steps are looked at
        const faults = path === 'workflows.instance' ? ['invalid', 'missing'] : ['invalid'];
        expect(faults, `${path} after ${JSON.stringify(cursor)}, seed ${seed}`).toContain(fault);
      }
    }
  },
};
