/** Work that may take long, in a thread of its own: within a budget of time and memory, one task at
 * a time, and ended when nobody waits for its answer any more. */
import { Worker } from 'node:worker_threads';

export interface WorkBudget {
  /** Milliseconds that one task may take once it is begun. */
  readonly taskMs: number;
  /** Megabytes of heap that the thread may have. */
  readonly memoryMb: number;
  /** Tasks that wait at once. */
  readonly waitingMax: number;
}
/** A thread without work ends after this. */
const idleMs = 30_000;

/** Why there is no answer: the budget is used up, too many wait, or nobody waits any more. */
export class WorkEnded extends Error {
  override readonly name = 'WorkEnded';
  readonly reason: 'overrun' | 'busy' | 'abandoned';
  constructor(reason: WorkEnded['reason']) {
    super(`The work ended: ${reason}`);
    this.reason = reason;
  }
}
export interface Patience {
  /** Milliseconds since 1970 after which nobody waits. */
  readonly deadlineAt: number;
  /** Aborted when nobody waits. */
  readonly signal?: AbortSignal | undefined;
}
export interface BudgetedWorker<Task, Answer> {
  /** The answer of the thread; throws `WorkEnded`. */
  run(task: Task, patience: Patience): Promise<Answer>;
  stop(): Promise<void>;
}
/** Threads that run this file; one is started when it is needed, and another after it was ended.
 * The file posts `{ isReady: true }` when it has loaded, and `{ answer }` for each message. */
export function budgetedWorker<Task, Answer>(
  file: URL,
  workerData: unknown,
  budget: WorkBudget,
): BudgetedWorker<Task, Answer> {
  let thread: Promise<Worker> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let idle: NodeJS.Timeout | undefined;
  const ready = () => (thread ??= started(file, workerData, budget));
  const end = async () => {
    const ending = thread;
    thread = undefined;
    await (await ending?.catch(() => undefined))?.terminate();
  };
  const runNow = async (task: Task, patience: Patience): Promise<Answer> => {
    if (isAbandoned(patience)) throw new WorkEnded('abandoned');
    const worker = await ready().catch((error: unknown) => {
      thread = undefined;
      throw error;
    });
    try {
      return await answerOf<Task, Answer>(worker, task, budget.taskMs, patience);
    } catch (error) {
      await end();
      throw error;
    }
  };
  return {
    async run(task, patience) {
      if (waiting >= budget.waitingMax) throw new WorkEnded('busy');
      waiting++;
      clearTimeout(idle);
      const mine = turn.then(() => runNow(task, patience));
      turn = mine.catch(() => undefined);
      try {
        return await mine;
      } finally {
        if (--waiting === 0) idle = setTimeout(() => void end(), idleMs).unref();
      }
    },
    stop: end,
  };
}

const isAbandoned = ({ deadlineAt, signal }: Patience) =>
  signal?.aborted === true || Date.now() >= deadlineAt;

function started(file: URL, workerData: unknown, { memoryMb }: WorkBudget): Promise<Worker> {
  const isSource = file.pathname.endsWith('.ts');
  const worker = new Worker(file, {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    ...(isSource && { execArgv: ['--conditions=@morrow/source'] }),
  });
  worker.unref();
  // one that is ended may still run out of memory on its way, when nobody listens
  worker.on('error', () => undefined);
  return new Promise((done, failed) => {
    worker.once('error', failed);
    worker.once('message', () => {
      worker.off('error', failed);
      done(worker);
    });
  });
}

function answerOf<Task, Answer>(
  worker: Worker,
  task: Task,
  taskMs: number,
  { deadlineAt, signal }: Patience,
): Promise<Answer> {
  return new Promise((done, failed) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abandon);
      worker.off('error', overrun);
      worker.off('exit', overrun);
      worker.off('message', answered);
      act();
    };
    const overrun = () => settle(() => failed(new WorkEnded('overrun')));
    const answered = (told: { readonly answer: Answer }) => settle(() => done(told.answer));
    const abandon = () => settle(() => failed(new WorkEnded('abandoned')));
    const left = deadlineAt - Date.now();
    const timer = left < taskMs ? setTimeout(abandon, left) : setTimeout(overrun, taskMs);
    signal?.addEventListener('abort', abandon, { once: true });
    // a thread that ends by itself ran out of memory, or of stack
    worker.once('error', overrun);
    worker.once('exit', overrun);
    worker.once('message', answered);
    worker.postMessage(task);
  });
}
