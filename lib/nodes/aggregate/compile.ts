import { aggregateExpression, needsPosition } from '../aggregation.ts';
import { addName, requireColumn, requireInput } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import { numberRows } from '../row-position.ts';
import type { AggregateConfig } from './definition.ts';

export const compile: CompileNode<AggregateConfig> = ({ config, inputs }) => {
  const input = requireInput(inputs, 'input');
  const { schema } = input;
  const taken = new Set<string>();
  const groupBy = config.groupBy.map((name, index) => {
    const { name: spelled } = requireColumn(schema, name, ['groupBy', index]);
    addName(taken, spelled, ['groupBy', index]);
    return spelled;
  });
  const numbered = numberRows(input, config.aggregations.some(needsPosition));
  const aggregates = config.aggregations.map((aggregation, index) => {
    const path = ['aggregations', index];
    addName(taken, aggregation.as, [...path, 'as']);
    return {
      name: aggregation.as,
      expression: aggregateExpression(aggregation, { schema, position: numbered.position, path }),
    };
  });
  return { op: 'aggregate', input: numbered.relation, groupBy, aggregates };
};
