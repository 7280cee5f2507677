/** Checks of large workflow definitions: in a thread, within a budget. */
import { budgetedWorker, WorkEnded, type WorkBudget } from '@morrow/adapter-local';
import { platformError } from '@morrow/contract';
import { Workflows } from '@morrow/protocol-workflows';
import type { CheckDefinition, CheckedDefinition } from '@morrow/workflow-keeper';
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

/** The port of checks; its thread ends by itself when it has no work. */
export function definitionChecks(
  placement: Placement,
  budget: WorkBudget = checkBudget,
): CheckDefinition {
  const name = `./definition-worker${import.meta.filename.slice(-3)}`;
  const worker = budgetedWorker<string, CheckedDefinition>(
    new URL(name, import.meta.url),
    placement,
    budget,
  );
  return async (text, { deadlineAt, signal }) => {
    try {
      return await worker.run(text, { deadlineAt, signal });
    } catch (error) {
      if (!(error instanceof WorkEnded)) throw error;
      if (error.reason === 'overrun') return overrun;
      const sentence =
        error.reason === 'busy'
          ? 'The server is busy checking other workflows. Try again.'
          : 'Nobody waits for this check any more.';
      throw platformError(Workflows.spec.name, 'unavailable', sentence);
    }
  };
}
