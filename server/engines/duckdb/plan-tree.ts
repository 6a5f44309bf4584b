/** An operator of an executed plan. Counts are the rows that it handed on. */
export interface PlanOperator {
  type: string;
  rows: number;
  /** What DuckDB says of it besides, as JSON text. */
  info: string;
  children: PlanOperator[];
}

export interface ExecutedPlan {
  root: PlanOperator;
  peakMemoryBytes: number | null;
}

type Fields = Record<string, unknown>;

/**
 * Reads what `EXPLAIN (ANALYZE, FORMAT JSON)` answered. The root is the operator below EXPLAIN_ANALYZE. The tree may be
 * a thousand operators deep, so it is read by hand rather than by a schema, whose frames would not fit on the stack.
 */
export function readPlan(json: string): ExecutedPlan {
  const plan = JSON.parse(json) as Fields;
  const [top] = childrenOf(plan);
  const root = top?.type === 'EXPLAIN_ANALYZE' ? top.children[0] : top;
  if (!root) throw new Error('an executed plan has no operator');
  const peak = plan['system_peak_buffer_memory'];
  return { root, peakMemoryBytes: typeof peak === 'number' ? peak : null };
}

function childrenOf(fields: Fields): PlanOperator[] {
  const { children } = fields;
  return Array.isArray(children) ? children.map((child) => operatorOf(child as Fields)) : [];
}

function operatorOf(fields: Fields): PlanOperator {
  const { operator_type: type, operator_cardinality: rows, extra_info: info } = fields;
  if (typeof type !== 'string' || typeof rows !== 'number')
    throw new Error('an operator of an executed plan has no type or count');
  return { type, rows, info: JSON.stringify(info ?? {}), children: childrenOf(fields) };
}
