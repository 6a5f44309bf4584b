'use client';

import { useState } from 'react';
import { KindIcon } from '#components/data-grid/kind-icon.tsx';
import { shortType } from '#components/data-grid/column-kind.ts';
import { Button } from '#components/ui/button.tsx';
import { Checkbox } from '#components/ui/checkbox.tsx';
import { cn } from '#components/ui/cn.ts';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Input } from '#components/ui/input.tsx';
import { SearchInput } from '#components/ui/search-input.tsx';
import { ChevronDown, ChevronUp } from 'lucide-react';
import type { ColumnChoice, ColumnTableProps } from '#lib/nodes/form-props.ts';
import type { Schema } from '#lib/sql/schema.ts';

interface Row {
  choice: ColumnChoice;
  included: boolean;
  /** The type that comes in; null when no such column does. */
  type: string | null;
}

/** From this many columns on a search field saves scrolling. */
const SEARCH_FROM = 12;

/** All columns that come in: which pass, under which name, in which order, and as which type. */
export function ColumnTable({ available, value, onChange, casts, picksOnly }: ColumnTableProps) {
  const [search, setSearch] = useState('');
  const rows = rowsOf(available, value);
  const shown = rows.filter((row) => row.choice.from.toLowerCase().includes(search.toLowerCase()));
  const change = (index: number, next: Partial<ColumnChoice>) => {
    onChange(value.map((choice, at) => (at === index ? tidy({ ...choice, ...next }) : choice)));
  };
  const toggle = (row: Row) => {
    if (row.included) onChange(value.filter((choice) => choice !== row.choice));
    else onChange([...value, { from: row.choice.from }]);
  };
  const move = (index: number, by: number) => {
    const next = [...value];
    const [moved] = next.splice(index, 1);
    if (moved) next.splice(index + by, 0, moved);
    onChange(next);
  };
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex items-center gap-1">
        <span className="tnum flex-1 text-12 text-ink-3">
          {value.length} of {available.length} columns
        </span>
        <Button
          variant="ghost"
          onClick={() => {
            onChange([...value, ...rows.filter((row) => !row.included).map((row) => row.choice)]);
          }}
        >
          All
        </Button>
        <Button
          variant="ghost"
          onClick={() => {
            onChange([]);
          }}
        >
          None
        </Button>
      </div>
      {rows.length >= SEARCH_FROM ? (
        <SearchInput
          label="Search columns"
          placeholder="Search columns"
          value={search}
          onValueChange={setSearch}
        />
      ) : null}
      <ul className="flex flex-col">
        {shown.map((row) => {
          const index = row.included ? value.indexOf(row.choice) : -1;
          return (
            <ColumnRow
              key={`${row.choice.from}:${index}`}
              row={row}
              casts={casts ?? false}
              picksOnly={picksOnly ?? false}
              first={index <= 0}
              last={index === value.length - 1}
              onToggle={() => {
                toggle(row);
              }}
              onChange={(next) => {
                change(index, next);
              }}
              onMove={(by) => {
                move(index, by);
              }}
            />
          );
        })}
      </ul>
      {rows.length === 0 ? (
        <p className="text-12 text-ink-3">Nothing comes in yet. Connect a node whose columns are known.</p>
      ) : null}
    </div>
  );
}

interface ColumnRowProps {
  row: Row;
  casts: boolean;
  picksOnly: boolean;
  first: boolean;
  last: boolean;
  onToggle: () => void;
  onChange: (next: Partial<ColumnChoice>) => void;
  onMove: (by: -1 | 1) => void;
}

function ColumnRow({
  row: { choice, included, type },
  casts,
  picksOnly,
  first,
  last,
  onToggle,
  onChange,
  onMove,
}: ColumnRowProps) {
  return (
    <li className="flex h-8 items-center gap-1.5 border-b border-line">
      <Checkbox checked={included} onCheckedChange={onToggle} aria-label={`Pass ${choice.from}`} />
      <span
        className={cn(
          'flex min-w-0 flex-1 items-center gap-1.5 text-12',
          !included && 'text-ink-3',
          type === null && 'text-status-failed',
        )}
        title={type === null ? `No column ${choice.from} comes in` : `${choice.from}: ${type}`}
      >
        {type === null ? null : <KindIcon type={type} />}
        <span className="truncate">{choice.from}</span>
        {type === null ? (
          <span className="shrink-0">is missing</span>
        ) : casts ? null : (
          <span className="data-text shrink-0 text-ink-3">{shortType(type)}</span>
        )}
      </span>
      {included && !picksOnly ? (
        <>
          <Input
            aria-label={`New name of ${choice.from}`}
            className="h-6 w-26 text-12"
            value={choice.as ?? ''}
            placeholder={choice.from}
            onChange={(event) => {
              onChange({ as: event.target.value || undefined });
            }}
          />
          {casts ? (
            <Input
              aria-label={`New type of ${choice.from}`}
              className="data-text h-6 w-20"
              value={choice.type ?? ''}
              placeholder={type === null ? 'type' : shortType(type)}
              onChange={(event) => {
                onChange({ type: event.target.value || undefined });
              }}
            />
          ) : null}
          <span className="flex flex-col">
            <IconButton
              size="xs"
              className="h-3.5 w-5"
              tooltip={false}
              label={`Move ${choice.from} up`}
              disabled={first}
              onClick={() => {
                onMove(-1);
              }}
            >
              <ChevronUp aria-hidden />
            </IconButton>
            <IconButton
              size="xs"
              className="h-3.5 w-5"
              tooltip={false}
              label={`Move ${choice.from} down`}
              disabled={last}
              onClick={() => {
                onMove(1);
              }}
            >
              <ChevronDown aria-hidden />
            </IconButton>
          </span>
        </>
      ) : null}
    </li>
  );
}

/** Those that pass first, in their order; then the rest, as they come in. */
function rowsOf(available: Schema, value: readonly ColumnChoice[]): Row[] {
  const byName = new Map(available.map((column) => [column.name.toLowerCase(), column.type]));
  const taken = new Set(value.map((choice) => choice.from.toLowerCase()));
  return [
    ...value.map((choice): Row => ({
      choice,
      included: true,
      type: byName.get(choice.from.toLowerCase()) ?? null,
    })),
    ...available
      .filter(({ name }) => !taken.has(name.toLowerCase()))
      .map((column): Row => ({ choice: { from: column.name }, included: false, type: column.type })),
  ];
}

/** A new name that is the old one is none. */
function tidy({ from, as, type }: ColumnChoice): ColumnChoice {
  return {
    from,
    ...(as === undefined || as === from ? {} : { as }),
    ...(type === undefined ? {} : { type }),
  };
}
