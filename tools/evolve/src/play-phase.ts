/** One phase of the business: its additions are published, goods and orders come in, people
 * decide, and what came of it is judged. */
import { join } from 'node:path';
import { keepingOf } from '@morrow/protocol-keeping';
import { deliveriesFor } from './deliveries.ts';
import * as ground from './ground.ts';
import { awaitedGoods, type People } from './people.ts';
import { digestOf } from './digest.ts';
import { flowOf, type Phase } from './phases.ts';
import { placeShare } from './place-orders.ts';
import { proofs, type Proofs } from './proofs.ts';
import type { RunningCopy } from './running-copy.ts';
import { settled, type Waiting } from './settled.ts';
import type { FileOrder, RetailFile } from './shares.ts';
import { standingsOf, type OrderStanding, type Standings } from './standing.ts';

/** What is known of the business from phase to phase. */
export interface Memory {
  readonly retail: RetailFile;
  readonly people: People;
  /** Flow on which each order must end, by its number, and the phase in which it was placed. */
  readonly due: Map<string, { readonly flow: string; readonly phase: number }>;
  readonly finished: Set<string>;
  readonly firms: Set<string>;
  waiting: readonly Waiting[];
}
export interface Stage {
  /** Up to the one that is played. */
  readonly present: readonly Phase[];
  /** Root of the copy that serves. */
  readonly tree: string;
  /** Whether everything comes to its end. */
  readonly isLast: boolean;
}
export interface Played extends Standings {
  readonly placed: number;
  /** How many each rule has refused. */
  readonly refused: ReadonlyMap<string, number>;
  /** Orders that were meant to find too little. */
  readonly short: number;
  readonly decided: number;
  /** That customers and others have got so far. */
  readonly notices: number;
  /** On flows of earlier phases, in this one. */
  readonly finishedOnOld: number;
  readonly openOnOld: number;
  readonly proofs: Proofs;
  /** Of orders, goods and sales. */
  readonly digest: string;
  /** Sentences of what is not as it must be. */
  readonly faults: readonly string[];
}

async function noticesIn({ port, context, domains }: RunningCopy): Promise<number> {
  if (!domains.includes('notices')) return 0;
  const { published } = await port(keepingOf('notices')).lag({}, context());
  return published;
}

export async function playPhase(
  server: RunningCopy,
  memory: Memory,
  stage: Stage,
): Promise<Played> {
  const { present, tree, isLast } = stage;
  const { retail, due, people, firms } = memory;
  const phase = present.length;
  const share = retail.shares[phase - 1] ?? [];
  const { domains } = server;
  for (const { file } of present.at(-1)?.workflows ?? [])
    await server.morrow('workflow', 'publish', join(tree, file));
  const short = await prepare(server, memory, stage, share);
  const begunAt = new Date();
  const { placed, refused } = await placeShare(server, share);
  for (const { number, customer } of share)
    if (placed.has(number)) {
      const flow = flowOf(present, firms.has(customer) ? ground.firms : undefined);
      due.set(number, { flow, phase });
    }
  const rest = async () => (memory.waiting = await settled(server, domains, due.size));
  await rest();
  let decided = await people.decide(server, begunAt, false);
  await rest();
  if (isLast) {
    await deliverAwaited(server, memory, 'LAST', share.at(-1)?.placedAt ?? begunAt);
    decided += await people.decide(server, begunAt, true);
    await rest();
  }
  const stand = await standingsOf(server);
  const notices = await noticesIn(server);
  const proved = await proofs(server, domains);
  const digest = await digestOf(server);
  const judged = judge(memory, stand.standings, phase, isLast);
  const faults = [...judged.faults, ...proved.differences];
  return {
    placed: placed.size,
    refused,
    short,
    decided,
    notices,
    ...stand,
    ...judged,
    proofs: proved,
    digest,
    faults,
  };
}

/** What a phase needs before its orders: the shop, its second warehouse, firms, and goods. */
async function prepare(
  server: RunningCopy,
  memory: Memory,
  { present, isLast }: Stage,
  share: readonly FileOrder[],
): Promise<number> {
  const { survey, shares } = memory.retail;
  const phase = present.length;
  const routes = phase >= 3;
  if (phase === 1) await ground.openShop(server, survey, shares.flat());
  if (phase === 3) await ground.openWarehouse(server);
  if (isLast)
    for (const code of await ground.nameFirms(server, survey, shares.flat()))
      memory.firms.add(code);
  const { deliveries, short } = deliveriesFor(share, phase > 1, routes);
  const at = share[0]?.placedAt ?? new Date(0);
  await deliverAwaited(server, memory, `LATE-${phase}`, at);
  for (const delivery of deliveries)
    await ground.receive(server, survey, `${delivery.warehouse}-${phase}`, delivery);
  return short;
}

async function deliverAwaited(
  server: RunningCopy,
  { retail, waiting }: Memory,
  number: string,
  effectiveAt: Date,
): Promise<void> {
  const goods = await awaitedGoods(server, ground.mainWarehouse, waiting);
  const delivery = { warehouse: ground.mainWarehouse, effectiveAt, goods };
  await ground.receive(server, retail.survey, number, delivery);
}

/** Compares every order with the flow on which it must end. */
function judge(
  { due, finished }: Memory,
  all: readonly OrderStanding[],
  phase: number,
  isLast: boolean,
) {
  const faults: string[] = [];
  let [finishedOnOld, openOnOld] = [0, 0];
  if (all.length !== due.size)
    faults.push(`${due.size} orders were placed, ${all.length} are there`);
  for (const { number, flow, isFinished, state } of all) {
    const wanted = due.get(number);
    const isOld = (wanted?.phase ?? phase) < phase;
    if (flow !== wanted?.flow) faults.push(`order ${number} is on ${flow}, not on ${wanted?.flow}`);
    if (isOld && isFinished && !finished.has(number)) finishedOnOld++;
    if (isOld && !isFinished) openOnOld++;
    if (isFinished) finished.add(number);
    else if (finished.has(number) || isLast) faults.push(`order ${number} is ${state} in the end`);
  }
  return { faults, finishedOnOld, openOnOld };
}
