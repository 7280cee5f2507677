/** Instances of one workflow on a fresh database, for tests that look at what is stored: engines, a
 * clock and answers of their own. */
import { freshDatabase } from '@morrow/dev-services';
import type { InstanceBook } from '@morrow/workflow-keeper';
import { onTestFinished } from 'vitest';
import { openFloor, tenant, type FloorGround } from './floor-ground.ts';

/** A workflow of these steps that begins with each order. */
export async function floorWorld(ground: Omit<FloorGround, 'server' | 'database'>) {
  const { drop, database, ...server } = await freshDatabase('floor');
  onTestFinished(drop);
  const floor = await openFloor({ ...ground, server, database });
  onTestFinished(() => floor.stores.close());
  return {
    ...floor,
    ...{ server, database },
    /** A process more that works on the instances, and stores in this book. */
    start(kept?: InstanceBook) {
      const engine = floor.newEngine(kept);
      engine.start(tenant);
      onTestFinished(() => engine.stop());
      return engine;
    },
  };
}
