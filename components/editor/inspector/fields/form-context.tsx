'use client';

import { createContext, use } from 'react';
import { inWords } from '#components/format/in-words.ts';
import type { Fault } from '#lib/errors/app-error.ts';
import type { Schema } from '#lib/sql/schema.ts';
import type { SqlNames } from './sql-language.ts';

export type FieldPath = readonly (string | number)[];

/** A finding about the config, with its path inside it. */
export interface ConfigFault {
  path: FieldPath;
  fault: Fault;
}

/** What the fields of one form share. */
export interface FormScope {
  /** Columns that come in, by port. */
  inputs: Readonly<Record<string, Schema>>;
  names: SqlNames;
  faults: readonly ConfigFault[];
  /** The field to show first, when a fault led here. */
  focusPath: FieldPath | null;
  /** True for a node that writes files: then a path is one to make, not one to choose. */
  writes: boolean;
  readOnly: boolean;
}

export const FormContext = createContext<FormScope | null>(null);

export function useFormScope(): FormScope {
  const scope = use(FormContext);
  if (!scope) throw new Error('a field outside of a form');
  return scope;
}

/** Columns that a field may choose from: those of its port, else of all inputs. */
export function columnsFor(scope: FormScope, port: string | undefined): Schema {
  if (port !== undefined && scope.inputs[port]) return scope.inputs[port];
  const seen = new Set<string>();
  return Object.values(scope.inputs)
    .flat()
    .filter(({ name }) => !seen.has(name.toLowerCase()) && Boolean(seen.add(name.toLowerCase())));
}

const samePath = (a: FieldPath, b: FieldPath) =>
  a.length === b.length && a.every((step, index) => step === b[index]);
const isWithin = (path: FieldPath, root: FieldPath) => root.every((step, index) => step === path[index]);

/** The faults of one field; with `deep` those of everything inside it as well. */
export function faultsAt(scope: FormScope, path: FieldPath, deep: boolean): Fault[] {
  return scope.faults
    .filter((one) => (deep ? isWithin(one.path, path) : samePath(one.path, path)))
    .map((one) => one.fault);
}

/** What to write under a field: the first error, else the first warning. */
export function faultWords(faults: readonly Fault[]): string | undefined {
  const first = faults.find((fault) => fault.severity === 'error') ?? faults[0];
  return first ? inWords(first) : undefined;
}
