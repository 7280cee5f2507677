/** Laws that no domain checks alone: value of stock and books, instances that do not go on. */
import { formatMinor } from '@morrow/kernel';
import { keepingOf } from '@morrow/protocol-keeping';
import { Stock } from '@morrow/protocol-stock';
import { Workflows } from '@morrow/protocol-workflows';
import { instancesIn } from './instance-command.ts';
import { chartOf, wholeTrialBalance } from './ledger-pages.ts';
import type { Session } from './session.ts';
import { settled } from './settled.ts';

const triesMax = 10;
const inventoryRole = 'inventory';

/** Value of all stock, and the net of the account that stands for it. */
async function valuesOf({ port, context }: Session) {
  const { value } = await port(Stock).totals({}, context());
  const accounts = await chartOf({ port, context });
  const { currency, lines } = await wholeTrialBalance({ port, context });
  const code = accounts.find(({ role }) => role === inventoryRole)?.code;
  const line = lines.find(({ account }) => account === code);
  return { value, currency, booked: (line?.debit ?? 0n) - (line?.credit ?? 0n) };
}

/** Compares at a moment when finance has handled all that wms had published, and nothing came
 * since. */
export async function stockFaults(session: Session): Promise<readonly string[]> {
  const keeping = session.port(keepingOf('wms'));
  for (let tries = 1; ; tries++) {
    const before = await keeping.lag({}, session.context());
    const { value, booked, currency } = await valuesOf(session);
    const after = await keeping.lag({}, session.context());
    if (value === booked) return [];
    const isQuiet = before.published === after.published && after.waiting === 0;
    if (isQuiet || tries >= triesMax) {
      const text = (minor: bigint) => `${formatMinor(minor, currency)} ${currency}`;
      return [
        `The stock is worth ${text(value)}, the account that stands for it says ${text(booked)}`,
      ];
    }
    await settled(session, () => undefined, { parked: 'left' });
  }
}

const haltedStates = ['stuck', 'parked'] as const;
const hasWorkflows = ({ domains }: Pick<Session, 'domains'>) =>
  domains.includes(Workflows.spec.domain);

/** A sentence for each workflow instance that waits for a person, or for what is not here. */
export async function haltedFaults(session: Session): Promise<readonly string[]> {
  const faults: string[] = [];
  if (!hasWorkflows(session)) return faults;
  for (const state of haltedStates)
    for await (const one of instancesIn(session, { state })) {
      const what = `${one.workflow}@${one.version} ${one.instanceId}`;
      faults.push(`workflows: the instance ${what} is ${state}: ${one.sentence}`);
    }
  return faults;
}

/** `workflows: 1 instances stuck, 2 parked; see …`; undefined where all go on. */
export async function haltedLine({ domains, port, context }: Session): Promise<string | undefined> {
  if (!hasWorkflows({ domains })) return undefined;
  const { counts } = await port(Workflows).countInstances({}, context());
  const [stuck = 0, parked = 0] = haltedStates.map((state) =>
    counts.reduce((sum, each) => sum + (each.state === state ? each.instances : 0), 0),
  );
  if (!stuck && !parked) return undefined;
  return `workflows: instances stuck: ${stuck}, parked: ${parked}; see \`morrow workflow stuck\``;
}
