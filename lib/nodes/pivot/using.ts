import { AppError } from '../../errors/app-error.ts';
import { AGGREGATE_FUNCTIONS, type Aggregation } from '../aggregation.ts';

export type PivotAggregation = Aggregation & { as?: string | undefined };

const SHORT_FORM = /^([a-z_]+)\s*\(\s*(?:\*|"((?:[^"]|"")+)"|([^()"',]+?))?\s*\)$/i;

/** What to calculate, also from its short form: `sum(amount)`, `count(*)`, `avg("unit price")`. */
export function usingOf(using: readonly PivotAggregation[] | string): readonly PivotAggregation[] {
  if (typeof using !== 'string') return using;
  const match = SHORT_FORM.exec(using);
  const name = AGGREGATE_FUNCTIONS.find((one) => one === match?.[1]?.toLowerCase());
  if (!match || !name) {
    throw new AppError('bad-short-form', `${JSON.stringify(using)} is not one aggregate over one column`, {
      hint: `Such as sum(amount) or count(*). Functions: ${AGGREGATE_FUNCTIONS.join(', ')}.`,
      place: { path: ['using'] },
    });
  }
  const column = match[2]?.replaceAll('""', '"') ?? match[3];
  return [{ function: name, ...(column === undefined ? {} : { column }) }];
}
