/** Runs in this process, for tests: what a durable run asks for is done here, on the clock of Node;
 * they end with the process, and begin again when their alarm is due. */
import {
  driveDurably,
  type DurableHost,
  type InstanceActivities,
  type InstanceName,
  type Runs,
} from '@morrow/workflow-keeper';

/** JSON there and back, as between a run and its activities. */
const sent = <T>(value: T): T =>
  value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);

/** Tells a run that its instance may have moved. */
type News = () => void;

export function openRunsHere(activities: InstanceActivities): Promise<Runs> {
  const runs = new Map<string, News>();
  const atHand = new Set<Promise<unknown>>();
  let isClosed = false;
  const begin = (of: InstanceName): News => {
    let isNew = false;
    let wake: () => void = () => undefined;
    const gone = new Promise<never>(() => undefined);
    /** What is asked after the end is never answered, as with a process that is gone. */
    const ask = async <T>(work: () => Promise<T>): Promise<T> => {
      if (isClosed) return gone;
      const answer = work();
      atHand.add(answer);
      const given = sent(await answer.finally(() => atHand.delete(answer)));
      setImmediate(() => wake());
      return isClosed ? gone : given;
    };
    const host: DurableHost = {
      now: () => Date.now(),
      load: () => ask(() => activities.load(of)),
      call: (asked) => ask(() => activities.call(of, sent(asked))),
      store: (change) => ask(() => activities.store(of, sent(change))),
      hasNews: () => isNew,
      isLong: () => false,
      takeNews() {
        const was = isNew;
        isNew = false;
        return was;
      },
      async wait(isDue, waitMs) {
        const until = waitMs === undefined ? Infinity : Date.now() + waitMs;
        while (!isDue() && Date.now() < until)
          await new Promise<void>((go) => {
            wake = go;
            if (until !== Infinity) setTimeout(go, until - Date.now());
          });
      },
    };
    void driveDurably(host)
      .catch(() => undefined)
      .then(() => void runs.delete(of.id));
    return () => {
      isNew = true;
      wake();
    };
  };
  return Promise.resolve({
    async tell(of) {
      const news = runs.get(of.id);
      if (news) news();
      else runs.set(of.id, begin(of));
    },
    async close() {
      isClosed = true;
      await Promise.allSettled(atHand);
    },
  });
}
