import { AppError } from '../../errors/app-error.ts';
import { type SortKey, userExpression } from '../../sql/expression.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { Projection, Relation } from '../../sql/relation.ts';
import { addName, type ConfigPath, requireColumn, requireInput, writeOver } from '../columns.ts';
import type { CompileInput, CompileNode } from '../define.ts';
import { type NumberedRows, numberRows, tieBreak } from '../row-position.ts';
import { sortKeys } from '../sorting.ts';
import type { WindowConfig } from './definition.ts';
import { type Frame, parseFrame } from './frame.ts';
import { addWindows, NUMBERING, ORDER_BOUND } from './window-text.ts';

type WindowColumn = WindowConfig['columns'][number];

export const compile: CompileNode<WindowConfig> = ({ config, inputs }) => {
  const input = requireInput(inputs, 'input');
  const rows: Rows = { input, numbered: numberRows(input, true), numbersUsed: false };
  const taken = new Set<string>();
  const written: Projection[] = config.columns.map((one, index) => {
    addName(taken, one.name, ['columns', index, 'name']);
    return {
      name: one.name,
      expression: userExpression(windowExpression(one, ['columns', index], rows), [
        'columns',
        index,
        'expression',
      ]),
    };
  });
  const source: Relation = rows.numbersUsed ? rows.numbered.relation : { op: 'input', port: 'input' };
  return { op: 'project', input: source, columns: writeOver(input.schema, written) };
};

interface Rows {
  input: CompileInput;
  numbered: NumberedRows;
  /** Set where a window reads the numbers: to number rows that nothing asks for would cost. */
  numbersUsed: boolean;
}

/** The person's expression with `OVER (…)` behind each window or aggregate function. */
function windowExpression(one: WindowColumn, path: ConfigPath, rows: Rows): string {
  const { schema } = rows.input;
  const partitionBy = (one.partitionBy ?? []).map(
    (name, index) => requireColumn(schema, name, [...path, 'partitionBy', index]).name,
  );
  const orderBy = sortKeys(one.orderBy ?? [], schema, [...path, 'orderBy']);
  const frame = one.frame ? parseFrame(one.frame, [...path, 'frame']) : null;
  const { text, added, existing } = addWindows(one.expression, (name) =>
    over(name, { partitionBy, orderBy, frame }, rows),
  );
  const place = { path: [...path, 'expression'] };
  if (added === 0 && existing === 0) {
    throw new AppError('no-window-function', 'There is no window or aggregate function in this expression', {
      hint: 'Such as row_number() or sum(amount). For anything else use mutate.',
      place,
    });
  }
  if (added === 0 && (partitionBy.length > 0 || orderBy.length > 0 || frame)) {
    throw new AppError('window-twice', 'The expression has an OVER of its own', {
      hint: 'Remove it, or remove partitionBy, orderBy and frame.',
      place,
    });
  }
  return text;
}

interface WindowParts {
  partitionBy: string[];
  orderBy: SortKey[];
  frame: Frame | null;
}

/**
 * Functions that number rows, or count them one by one, need every tie broken to give the same answer each time; those
 * that see a whole partition without an order are given one, and the frame that they had without it.
 */
function over(name: string, { partitionBy, orderBy, frame }: WindowParts, rows: Rows): string {
  const wholePartition = orderBy.length === 0 && frame === null && ORDER_BOUND.has(name);
  const breakTies = NUMBERING.has(name) || frame?.byRows === true || wholePartition;
  rows.numbersUsed ||= breakTies;
  const keys = breakTies ? [...orderBy, ...tieBreak(rows.input, rows.numbered)] : orderBy;
  return [
    partitionBy.length > 0 ? `PARTITION BY ${partitionBy.map(inText).join(', ')}` : '',
    keys.length > 0 ? `ORDER BY ${keys.map(keyText).join(', ')}` : '',
    wholePartition ? 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING' : (frame?.text ?? ''),
  ]
    .filter(Boolean)
    .join(' ');
}

function keyText(key: SortKey): string {
  const name = key.expression.kind === 'column' ? key.expression.name : '';
  return `${inText(name)} ${key.direction.toUpperCase()} NULLS ${key.nulls.toUpperCase()}`;
}

/** A column's name inside a person's text, where `${` would begin a parameter. */
function inText(name: string): string {
  return quoteIdentifier(name).replaceAll('${', () => '$${');
}
