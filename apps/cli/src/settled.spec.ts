/** Waiting for events goes on for as long as they are handled, and a minute longer. */
import { platformError, type Protocol } from '@morrow/contract';
import { expect, it } from 'vitest';
import type { Session } from './session.ts';
import { settled } from './settled.ts';

type Looks = readonly (number | 'away')[];

/** Waits in a shop whose first domain is so many events behind at each look, the last number for
 * good; gives the minutes that went by. */
async function waitWith(looks: Looks, minutesBetween: number, parked = 0): Promise<number> {
  const domains = ['masters', 'orders'];
  let at = 0;
  let ms = 0;
  const lag = async (domain: string) => {
    const calm = { published: 0, waiting: 0, handlers: [] };
    if (domain !== domains[0]) return calm;
    const waiting = looks[Math.min(at, looks.length - 1)] ?? 0;
    if (waiting === 'away') throw platformError('keeping', 'unavailable', 'Nobody answers.');
    const handler = { name: 'h', producer: 'nobody', watermark: 0, parked };
    return { ...calm, waiting, handlers: [handler] };
  };
  const port = ({ spec }: Protocol) => ({ lag: () => lag(spec.domain) });
  const session = { domains, port, context: () => ({}) } as unknown as Session;
  const pause = async () => {
    at++;
    ms += minutesBetween * 60_000;
  };
  await settled(session, () => undefined, { time: { now: () => ms, pause } });
  return ms / 60_000;
}

it('Ends when nothing is behind at two looks in a row', async () => {
  expect(await waitWith([8, 0, 4, 0, 0], 0.5)).toBe(2);
});

it('Goes on while something moves, also where more has come than ever was left', async () => {
  expect(await waitWith([4, 0, 400, 300, 200, 100, 0], 0.9)).toBeCloseTo(6.3);
});

it.each([
  ['stand still', [8, 4, 4], '4 events are not handled yet'],
  ['become more', [4, 8, 12], '12 events are not handled yet'],
  ['cannot be asked for', [8, 'away'], 'the server is away'],
] as const)('Gives up after a minute in which events %s', async (_how, looks, what) => {
  await expect(waitWith(looks, 0.7)).rejects.toThrow(`No progress for a minute: ${what}.`);
});

it('Says how many events no handler could handle', async () => {
  await expect(waitWith([0], 0.1, 8)).rejects.toThrow('Handlers failed on 8 events');
});
