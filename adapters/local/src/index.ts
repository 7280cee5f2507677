/** What a process has of its own: clock, identifiers, pulses, and a bus within itself. */
export {
  budgetedWorker,
  WorkEnded,
  type BudgetedWorker,
  type WorkBudget,
} from './budgeted-worker.ts';
export { LocalBus } from './local-bus.ts';
export { newPulse } from './pulse.ts';
export { newTrace, systemClock, systemIds } from './system-clock.ts';
export { systemSentence } from './system-error.ts';
