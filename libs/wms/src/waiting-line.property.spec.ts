/** The order of service, and that the text which keeps it sorts so. */
import fc from 'fast-check';
import { calendarDate } from '@morrow/kernel';
import { describe, expect, it } from 'vitest';
import { rankOf, serviceOf, waitingRows, type Service } from './waiting-line.ts';

const day = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((at) => calendarDate(at.toISOString().slice(0, 10)));
const service: fc.Arbitrary<Service> = fc
  .record({
    promisedOn: fc.option(day, { nil: undefined }),
    since: fc.date({
      min: new Date('2000-01-01'),
      max: new Date('2099-12-31'),
      noInvalidDate: true,
    }),
    number: fc.uuid().map((id) => `order:${id}`),
  })
  .map(({ promisedOn, ...rest }) => (promisedOn === undefined ? rest : { ...rest, promisedOn }));
/** By promised day, none being the last, then by age, then by number. */
function isBefore(one: Service, other: Service): boolean {
  const [a, b] = [one.promisedOn ?? '9999-99-99', other.promisedOn ?? '9999-99-99'];
  if (a !== b) return a < b;
  const [since, later] = [one.since.getTime(), other.since.getTime()];
  return since === later ? one.number < other.number : since < later;
}
const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);

describe(`the order of service, seed ${seed}`, () => {
  it('is that of the ranks as text', () => {
    fc.assert(
      fc.property(service, service, (one, other) => {
        expect(rankOf(one) < rankOf(other)).toBe(isBefore(one, other));
      }),
      { seed },
    );
  });
  it('is read back from its rank', () => {
    fc.assert(
      fc.property(service, (one) => {
        expect(serviceOf(rankOf(one))).toEqual(one);
      }),
      { seed },
    );
  });
  it('has one row for each item, with all that is wanted of it', () => {
    const wanted = ['A', 'B', 'A'].map((item, at) => ({ item, quantity: BigInt(at + 1) }));
    const since = new Date('2026-03-02T10:00:00Z');
    const rows = waitingRows('id', { number: 'order:1', since }, 'MAIN', wanted);
    expect(rows).toMatchObject([
      { item: 'A', quantity: 4n, rank: '~|2026-03-02T10:00:00.000Z|order:1' },
      { item: 'B', quantity: 2n },
    ]);
  });
});
