import { AppError } from '../../errors/app-error.ts';
import type { PivotValue, Projection } from '../../sql/relation.ts';
import type { Schema } from '../../sql/schema.ts';
import { aggregateExpression, needsPosition } from '../aggregation.ts';
import { addName, freeName, requireColumn, requireInput } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import { numberRows } from '../row-position.ts';
import { MAX_PIVOT_VALUES, type PivotConfig } from './definition.ts';
import { type PivotAggregation, usingOf } from './using.ts';

export const compile: CompileNode<PivotConfig> = ({ config, inputs, found }) => {
  const input = requireInput(inputs, 'input');
  const on = requireColumn(input.schema, config.on, ['on']);
  const aggregations = usingOf(config.using);
  const numbered = numberRows(input, aggregations.some(needsPosition));
  const using: Projection[] = aggregations.map((aggregation, index) => {
    const path = typeof config.using === 'string' ? ['using'] : ['using', index];
    return {
      name: suffixOf(aggregation),
      expression: aggregateExpression(aggregation, {
        schema: input.schema,
        position: numbered.position,
        path,
      }),
    };
  });
  const groupBy = groupColumns(config, input.schema, [
    on.name,
    ...aggregations.flatMap(({ column }) => column ?? []),
  ]);
  const texts = config.values?.map(String) ?? found ?? null;
  if (texts) refuseBadCount(texts, on.name, config.values !== undefined);
  return {
    op: 'pivot',
    input: numbered.relation,
    on: on.name,
    onType: on.type,
    values: texts && outputNames(texts, aggregations, groupBy),
    using,
    groupBy,
  };
};

function groupColumns(config: PivotConfig, schema: Schema, used: readonly string[]): string[] {
  if (!config.groupBy) {
    const taken = new Set(used.map((name) => name.toLowerCase()));
    return schema.map(({ name }) => name).filter((name) => !taken.has(name.toLowerCase()));
  }
  const names = new Set<string>();
  return config.groupBy.map((name, index) => {
    const { name: spelled } = requireColumn(schema, name, ['groupBy', index]);
    addName(names, spelled, ['groupBy', index]);
    return spelled;
  });
}

function refuseBadCount(texts: readonly string[], on: string, listed: boolean): void {
  const path = [listed ? 'values' : 'on'];
  if (texts.length === 0) {
    throw new AppError('pivot-without-values', `"${on}" has no values, so there are no columns to make`, {
      hint: 'List the `values`, so that their columns exist without rows.',
      place: { path },
    });
  }
  if (texts.length > MAX_PIVOT_VALUES) {
    throw new AppError('pivot-too-wide', `"${on}" has more than ${MAX_PIVOT_VALUES} values`, {
      hint: 'Choose a column with few values, or list the `values`.',
      place: { path },
    });
  }
}

/** `2024`, or `2024_total` where a name is asked for or several are calculated; made unique, since case does not count in names. */
function outputNames(
  texts: readonly string[],
  aggregations: readonly PivotAggregation[],
  groupBy: readonly string[],
): PivotValue[] {
  const taken = new Set(groupBy.map((name) => name.toLowerCase()));
  return [...new Set(texts)].map((text) => ({
    text,
    names: aggregations.map((aggregation) => {
      const plain = aggregations.length === 1 && aggregation.as === undefined;
      return freeName(taken, plain ? text || EMPTY_TEXT : `${text || EMPTY_TEXT}_${suffixOf(aggregation)}`);
    }),
  }));
}

/** What a column made of an empty text is called; a name cannot be empty. */
const EMPTY_TEXT = '(empty)';

function suffixOf({ as, function: name, column }: PivotAggregation): string {
  return as ?? (column === undefined ? name : `${name}_${column}`);
}
