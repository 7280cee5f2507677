/** The handshake with neighbours: who answers late is waited for, who never does is named. */
import { awaitNeighbours, mismatches, type Neighbour } from '@morrow/business/parts/neighbours';
import { Items } from '@morrow/protocol-items';
import { describe, expect, it } from 'vitest';

const items = Items;
const about = (version: number) => ({
  domain: 'masters',
  release: '9',
  protocols: [{ name: 'items', version }],
});
const masters = (ask: Neighbour['about']): Neighbour => ({
  domain: 'masters',
  protocols: [items],
  about: ask,
});

describe('neighbours', () => {
  it('are waited for until they answer', async () => {
    let asked = 0;
    const late = async () => {
      if (++asked < 3) throw new Error('Nobody answers');
      return about(1);
    };
    expect(await awaitNeighbours([masters(late)], 10_000)).toEqual([]);
    expect(asked).toBe(3);
  });
  it('are named where they never answer', async () => {
    const silent = () => Promise.reject(new Error('Nobody answers'));
    expect(await awaitNeighbours([masters(silent)], 0)).toEqual([
      'masters does not answer: calls to it are refused until it does.',
    ]);
  });
  it('are named where they offer another version, or lack a protocol', () => {
    const neighbour = masters(async () => about(2));
    const needs = 'This process needs items in version 1, but masters of release 9';
    expect(mismatches(neighbour, about(2))).toEqual([`${needs} offers version 2.`]);
    expect(mismatches(neighbour, { ...about(1), protocols: [] })).toEqual([
      `${needs} does not offer it.`,
    ]);
    expect(mismatches(neighbour, about(1))).toEqual([]);
  });
});
