/** A pulse wakes its loop once for any number of pokes, and by itself when nobody pokes. */
import { describe, expect, it } from 'vitest';
import { newPulse } from './pulse.ts';

const hourMs = 3_600_000;

describe('a pulse', () => {
  it('wakes the loop that waits', async () => {
    const pulse = newPulse();
    const woken = pulse.next(hourMs);
    pulse.poke();
    expect(await woken).toBeUndefined();
  });

  it('remembers pokes between two waits as one', async () => {
    const pulse = newPulse();
    pulse.poke();
    pulse.poke();
    await pulse.next(hourMs);
    const wakings: string[] = [];
    const again = pulse.next(hourMs).then(() => wakings.push('poked'));
    await Promise.resolve();
    expect(wakings).toEqual([]);
    pulse.poke();
    await again;
    expect(wakings).toEqual(['poked']);
  });

  it('wakes by itself when its time is over', async () => {
    expect(await newPulse().next(1)).toBeUndefined();
  });
});
