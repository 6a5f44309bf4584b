import { describe, expect, it } from 'vitest';
import { filtersHref, filtersQuery, readFilters } from './run-filters.ts';

const read = (query: string) => readFilters(new URLSearchParams(query));
const id = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

describe('filters of the runs list', () => {
  it('come back from their own address', () => {
    const filters = read(`pipeline=${id}&status=failed&period=dates&from=2025-03-01&to=2025-03-02`);
    expect(read(filtersHref(filters).split('?')[1] ?? '')).toEqual(filters);
  });

  it('leave out what makes no sense', () => {
    expect(filtersHref(read('pipeline=x&status=happy&period=ever&from=tomorrow'))).toBe('/runs');
  });

  it('take the last day whole', () => {
    const query = filtersQuery(read('period=dates&from=2025-03-01&to=2025-03-02'), new Date());
    expect(query.from).toBe(new Date(2025, 2, 1).toISOString());
    expect(query.to).toBe(new Date(2025, 2, 3).toISOString());
  });

  it('reach back from now', () => {
    expect(filtersQuery(read('period=24h'), new Date('2025-03-12T10:00:00Z')).from).toBe(
      '2025-03-11T10:00:00.000Z',
    );
    expect(filtersQuery(read(''), new Date())).toEqual({ limit: 50 });
  });
});
