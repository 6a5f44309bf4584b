import type { ComponentType } from 'react';
import type { Schema } from '../sql/schema.ts';

/** One column on its way through: as it comes in, as it goes out, and its new type where it is cast. */
export interface ColumnChoice {
  from: string;
  as?: string | undefined;
  type?: string | undefined;
}

export interface ColumnTableProps {
  /** The columns that come in. */
  available: Schema;
  /** Those that pass, in their order. */
  value: readonly ColumnChoice[];
  onChange: (value: ColumnChoice[]) => void;
  /** Offers a new type beside the new name. */
  casts?: boolean;
  /** Only which columns pass; names and order stay. */
  picksOnly?: boolean;
}

/**
 * What a form that is written by hand is given. Lib knows no component of the app, so those that a form may use are
 * handed to it. `onChange` sets the value at a path inside the config; `undefined` takes it away.
 */
export interface NodeFormProps {
  config: Readonly<Record<string, unknown>>;
  /** Columns that come in, by port. */
  inputs: Readonly<Record<string, Schema>>;
  onChange: (value: unknown, path: readonly (string | number)[]) => void;
  controls: {
    /** Pick, rename, reorder and cast columns. */
    ColumnTable: ComponentType<ColumnTableProps>;
  };
}
