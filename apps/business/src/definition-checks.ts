/** Checks of large workflow definitions: in a thread that runs this file too, within a budget, so
 * that the event loop of the server goes on. */
import { parentPort, workerData } from 'node:worker_threads';
import { budgetedWorker, WorkEnded, type WorkBudget } from '@morrow/adapter-local';
import { platformError } from '@morrow/contract';
import { Workflows } from '@morrow/protocol-workflows';
import type { CheckDefinition, CheckedDefinition } from '@morrow/workflow-language';
import { presentIn } from './module-catalog.ts';
import type { Placement } from './settings.ts';

export const checkBudget: WorkBudget = { taskMs: 8_000, memoryMb: 256, waitingMax: 8 };

const overrun: CheckedDefinition = {
  problems: [
    {
      place: '',
      line: 1,
      column: 1,
      sentence: 'Checking this text takes too much time or memory. Make the workflow smaller.',
    },
  ],
};

/** Tells the thread of checks from other threads that load this file. */
interface ThreadTask {
  readonly checksDefinitionsOf?: Placement;
}
const { checksDefinitionsOf } = (workerData ?? {}) as ThreadTask;
if (checksDefinitionsOf) await serveChecks(checksDefinitionsOf);

async function serveChecks(placement: Placement): Promise<void> {
  // only the thread needs it: a process without workflows does not load it
  const { checkedHere } = await import('@morrow/workflow-language');
  const catalog = presentIn(placement);
  parentPort?.on('message', (text: string) => {
    parentPort?.postMessage({ answer: checkedHere(text, catalog) });
  });
  parentPort?.postMessage({ isReady: true });
}

/** The port of checks; its thread ends by itself when it has no work. */
export function definitionChecks(
  placement: Placement,
  budget: WorkBudget = checkBudget,
): CheckDefinition {
  const task: ThreadTask = { checksDefinitionsOf: placement };
  const file = new URL(import.meta.url);
  const worker = budgetedWorker<string, CheckedDefinition>(file, task, budget);
  return async (text, { deadlineAt, signal }) => {
    try {
      return await worker.run(text, { deadlineAt, signal });
    } catch (error) {
      if (!(error instanceof WorkEnded)) throw error;
      if (error.reason === 'overrun') return overrun;
      const sentence =
        error.reason === 'busy'
          ? 'The server is busy checking other workflows. Try again.'
          : 'The caller no longer waits for this check.';
      throw platformError(Workflows.spec.name, 'unavailable', sentence);
    }
  };
}
