// What the guards of an instance decide on the facts that a release records.
import { describe, expect, it } from 'vitest';
import { instanceGuards } from './instance-lifecycle.ts';

const decided = (name: keyof typeof instanceGuards) =>
  instanceGuards[name].examples.map(({ fields, event }) => [
    event.type,
    instanceGuards[name].holds(fields, event),
  ]);

describe('a guard', () => {
  it('sees another step that waits for a person, and not the one that is freed', () => {
    expect(decided('othersStuck@1')).toEqual([
      ['stepFreed', false],
      ['stepFreed', true],
      ['stepEnded', true],
      ['instanceTurned', false],
      ['instanceTurned', true],
      ['stepFreed', false],
      ['instanceResumed', true],
      ['instanceResumed', false],
    ]);
  });

  it('sees that an instance is on its way back', () => {
    expect(decided('turned@1')).toEqual([
      ['instanceResumed', false],
      ['stepFreed', false],
      ['stepFreed', true],
      ['instanceResumed', true],
    ]);
  });
});
