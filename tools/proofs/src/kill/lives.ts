/** Lives of a server, each of which ends at a commit of the engine of workflows. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { deathsIn, placeOf } from '@morrow/business/parts/failpoints';
import { play, query, type Kind, type Stage } from './played-workflows.ts';
import type { ServerUnderTest } from './server-under-test.ts';

/** A commit at which a life ends. */
export interface Life {
  /** As `M_FAILPOINT` names it: `label/what is stored:before`. */
  readonly place: string;
  /** The play that meets it; absent: it comes when the process starts, or goes on with what the
   * life before has left. */
  readonly kind?: Kind | undefined;
}
/** A life that has ended, and the places of the engine that it met. */
export interface Lived extends Life {
  /** False where its place did not come in time. */
  readonly isMet: boolean;
  readonly met: readonly string[];
}

const isOfEngine = (label: string, detail: string) =>
  /^(follow\.|workflow\.|timer\.claim)/.test(label) || /^workflow(s\.|Instance)/.test(detail);

/** The places of the engine in a log of failpoints, each once. */
export function placesIn(log: string): readonly string[] {
  if (!existsSync(log)) return [];
  const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
  const places = lines.map(placeOf).flatMap(({ label, details, when }) => {
    const own = (details.length ? details : ['']).filter((detail) => isOfEngine(label, detail));
    return own.map((detail) => `${label}/${detail}:${when}`);
  });
  return [...new Set(places)].sort();
}

/** The commit of a place, in short: `follow.orders instanceStarted`; `-`: nothing is stored. */
export const commitOf = (place: string): string => {
  const [at = ''] = place.split(':');
  const [label, detail = ''] = at.split('/');
  return `${label} ${detail.replaceAll('workflows.', '') || '-'}`;
};

/** One moment of each commit, `label:before` or `label:after`: before the first, after the second,
 * and so on. */
export function inTurn<T>(places: readonly T[], textOf: (each: T) => string): readonly T[] {
  const commits = Map.groupBy(places, (each) => textOf(each).replace(/:(before|after)$/, ''));
  return [...commits.values()].flatMap((own, at) => {
    const when = at % 2 ? ':after' : ':before';
    const inTime = own.filter((each) => textOf(each).endsWith(when));
    return (inTime.length ? inTime : own).slice(0, 1);
  });
}

/** A third of them, another one with another seed; the soak takes all. */
export const thirdOf = <T>(all: readonly T[], seed: number): readonly T[] =>
  all.filter((_, at) => at % 3 === seed % 3);

/** Plays of a kind until its place is taken for one that is met by chance, or must have come. */
const [playsMax, playsMaxAlways] = [3, 10];
const schemas = ['masters', 'orders', 'wms', 'finance', 'workflows'];

export interface Living {
  readonly stage: Stage;
  readonly server: ServerUnderTest;
  /** What the server was started with, for its lives to come. */
  readonly later: NodeJS.ProcessEnv[];
  /** For logs. */
  readonly folder: string;
  /** Commits that come sooner or later, as `commitOf` names them. */
  readonly always: readonly string[];
}

/** Lives that follow each other; plays go on through all of them. */
export function newLives({ stage, server, later, folder, always }: Living) {
  const plays = new Map<Kind, number>();
  const all: Promise<void>[] = [];
  let lived = 0;
  const begin = (kind: Kind): Promise<void> => {
    const number = (plays.get(kind) ?? 0) + 1;
    plays.set(kind, number);
    const played = play(stage, kind, `${kind}-${number}`);
    // whoever waits for all of them is told
    played.catch(() => undefined);
    all.push(played);
    return played;
  };
  /** Nobody waits for the relays of a process that is dead. */
  const freeRelays = async () => {
    for (const schema of schemas)
      await query(stage, `update ${schema}.relay set lease_until = clock_timestamp()`);
  };
  /** Plays of the kinds until each place has come, or could have come often enough. */
  const playUntilMet = async (lives: readonly Life[], isMet: (life: Life) => boolean) => {
    for (let round = 0; round < playsMaxAlways; round++) {
      const left = lives.filter((life) => !isMet(life));
      const needed = left.filter(
        ({ place }) => round < playsMax || always.includes(commitOf(place)),
      );
      const kinds = [...new Set(needed.flatMap(({ kind }) => kind ?? []))];
      if (!kinds.length) return;
      // one at a time: an instance that loses its lease many times in a row is given up
      for (const kind of kinds) await begin(kind);
    }
  };
  /** Whether the place came. */
  const live = async ({ place, kind }: Life, isOver: () => boolean): Promise<boolean> => {
    const end = (async () => {
      while (!isOver()) await pause(10);
    })();
    // while parties cannot be read, nobody else may ask for them
    if (kind === 'delayed') await Promise.all(all);
    if (!kind)
      await Promise.race([end, ...(place.startsWith('workflow.prune') ? [] : [all.at(-1)])]);
    const triesMax = always.includes(commitOf(place)) ? playsMaxAlways : playsMax;
    for (let tries = 0; kind && !isOver() && tries < triesMax; tries++)
      await Promise.race([end, begin(kind)]);
    const isMet = isOver();
    if (!isMet) server.kill();
    await end;
    await freeRelays();
    return isMet;
  };
  return {
    plays,
    /** Kills what lives now, and then each life at the first of the places that comes and has not
     * come before. */
    async together(lives: readonly Life[]): Promise<readonly Lived[]> {
      const died = join(folder, `died-${lived++}.log`);
      const env = {
        M_FAILPOINT: lives.map(({ place }) => place).join(' '),
        M_FAILPOINT_DIED: died,
      };
      const isMet = ({ place }: Life) => deathsIn(died).includes(place);
      later.push(...Array<typeof env>(lives.length + 1).fill(env));
      let isOver = false;
      const tending = (async () => {
        for (let seen = 0; !isOver; await pause(20)) {
          if (server.restarts() === seen) continue;
          seen = server.restarts();
          await freeRelays();
        }
      })();
      server.kill();
      await playUntilMet(lives, isMet).finally(() => (isOver = true));
      await tending;
      later.length = 0;
      return lives.map((life) => ({ ...life, isMet: isMet(life), met: [] }));
    },
    /** Kills what lives now, and then each life at its place. */
    async through(lives: readonly Life[]): Promise<readonly Lived[]> {
      const logs = lives.map(() => join(folder, `life-${lived++}.log`));
      const began = server.restarts();
      later.push(
        ...lives.map(({ place }, at) => ({ M_FAILPOINT: place, M_FAILPOINT_LOG: logs[at] })),
      );
      server.kill();
      const ended: Lived[] = [];
      for (const [at, life] of lives.entries()) {
        const isMet = await live(life, () => server.restarts() > began + 1 + at);
        ended.push({ ...life, isMet, met: placesIn(logs[at] ?? '') });
      }
      await Promise.all(all);
      return ended;
    },
  };
}
