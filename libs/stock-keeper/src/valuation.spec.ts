/** Laws of the moving average, on the published reference cases. */
import { describe, expect, it } from 'vitest';
import { emptyStanding, valueMove, type Move, type Standing } from './valuation.ts';

const pieces = (count: number) => BigInt(count) * 1_000_000n;
const cost = (text: string) => BigInt(Math.round(Number(text) * 1_000_000));
const receipt = (count: number, unit: string): Move => ({
  quantity: pieces(count),
  cost: cost(unit),
});
const issue = (count: number): Move => ({ quantity: -pieces(count) });

function play(moves: readonly Move[]) {
  let standing: Standing = emptyStanding;
  const values = moves.map((move) => {
    const { value, correction, after } = valueMove(standing, move, 2);
    standing = after;
    return { value, correction };
  });
  return { standing, values };
}

describe('the moving average', () => {
  it('values issues at the average of what lies there, to the penny', () => {
    const { standing, values } = play([
      receipt(60, '15'),
      receipt(140, '15.50'),
      issue(190),
      receipt(70, '16'),
      issue(30),
      issue(50),
    ]);
    expect(values.map(({ value }) => value)).toEqual([
      90000n,
      217000n,
      -291650n,
      112000n,
      -47756n,
      -79594n,
    ]);
    expect(standing).toMatchObject({ onHand: 0n, value: 0n });
  });

  it('issues below zero at the last known cost, and the next receipt corrects them', () => {
    const { standing, values } = play([receipt(5, '10'), issue(15), receipt(30, '12')]);
    expect(values).toEqual([
      { value: 5000n, correction: 0n },
      { value: -15000n, correction: 0n },
      { value: 36000n, correction: -2000n },
    ]);
    expect(standing).toEqual({ onHand: pieces(20), value: 24000n, cost: cost('12') });
  });

  it('takes returned goods back at the average', () => {
    const { standing, values } = play([receipt(10, '3'), issue(4), { quantity: pieces(1) }]);
    expect(values[2]).toEqual({ value: 300n, correction: 0n });
    expect(standing).toEqual({ onHand: pieces(7), value: 2100n, cost: cost('3') });
  });
});
