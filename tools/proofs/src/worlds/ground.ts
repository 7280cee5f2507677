/** The least that orders stand on: a company, a customer, goods and a warehouse. */
import type { PortOf, Protocol, ProtocolSpec, CallContext } from '@morrow/contract';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Parties } from '@morrow/protocol-parties';
import { Warehouses } from '@morrow/protocol-warehouses';

interface Caller {
  port<S extends ProtocolSpec>(protocol: Protocol<S>): PortOf<S>;
  context(): CallContext;
}

/** Opens a shop with customer C1 and the goods named; nothing lies in its warehouse yet. */
export async function openGround(
  { port, context }: Caller,
  codes: readonly string[] = ['A'],
  { currency = 'GBP', warehouse = 'MAIN' } = {},
): Promise<void> {
  await port(Companies).setUp({ name: 'Shop', currency }, context());
  const items = codes.map((code) => ({ code, name: `Item ${code}`, category: 'goods' as const }));
  await port(Items).upsertMany({ items }, context());
  const party = { code: 'C1', name: 'Ann', role: 'customer' as const, country: 'France' };
  await port(Parties).upsertMany({ parties: [party] }, context());
  await port(Warehouses).open({ code: warehouse, name: 'Main' }, context());
}
/** The same in the world of a scenario. */
export const groundOf = (world: Caller): Caller => ({
  port: (protocol) => world.port(protocol),
  context: () => world.context(),
});
