'use client';

import { Suspense, useEffect, useMemo, useRef } from 'react';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import type { NodeFormProps } from '#lib/nodes/form-props.ts';
import { forms } from '#lib/nodes/registry/forms.tsx';
import type { DocumentNode } from '#lib/document/schema.ts';
import type { Fault } from '#lib/errors/app-error.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { FaultList } from '#components/ui/error-panel.tsx';
import { useBind, useDocument, useEditor, useSelection } from '../editor-context.tsx';
import { setConfig } from '../model/commands.ts';
import { configPathOf } from '../stores/bind-store.ts';
import { fieldShape } from './field-shape.ts';
import { setAtPath } from './set-at-path.ts';
import { ColumnTable } from './column-table.tsx';
import { ConfigField } from './fields/config-field.tsx';
import { FormContext, type ConfigFault, type FieldPath, type FormScope } from './fields/form-context.tsx';
import { IfNotLoaded } from './fields/if-not-loaded.tsx';
import type { SqlNames } from './fields/sql-language.ts';

const NO_FAULTS: readonly Fault[] = [];
const formsByType = forms as Readonly<Record<string, React.ComponentType<NodeFormProps> | undefined>>;

/** The config of a node as a form: the type's own, else one made from its schema. */
export function NodeForm({ node }: { node: DocumentNode }) {
  const { document } = useEditor();
  const definition = definitionOf(node.type);
  const scope = useFormScopeOf(node);
  const shape = useMemo(() => (definition ? fieldShape(definition.config) : null), [definition]);
  const form = useFocusPath(scope.focusPath);
  if (!definition || shape?.kind !== 'object') {
    return (
      <p className="text-13 text-ink-3">
        There is no node type “{node.type}” here. Its settings stay as they are.
      </p>
    );
  }
  const change = (value: unknown, path: FieldPath) => {
    document.apply(
      `Edit ${node.name ?? node.id}`,
      (editor) =>
        setConfig(
          editor,
          node.id,
          setAtPath(editor.nodes[node.id]?.config ?? {}, path, value) as Record<string, unknown>,
        ),
      `config:${node.id}:${path.join('.')}`,
    );
  };
  const known = new Set(shape.fields.map((field) => field.key));
  const general = scope.faults
    .filter(({ path }) => path.length === 0 || !known.has(String(path[0])))
    .map(({ fault }) => fault);
  const Form = formsByType[node.type];
  const generated = shape.fields.map((field) => (
    <ConfigField
      key={field.key}
      name={field.key}
      shape={field.shape}
      path={[field.key]}
      value={node.config[field.key]}
      onChange={change}
    />
  ));
  return (
    <FormContext value={scope}>
      <div ref={form} className="flex flex-col gap-4">
        {general.length > 0 ? <FaultList faults={general} /> : null}
        {Form ? (
          <IfNotLoaded fallback={generated}>
            <Suspense fallback={<div className="h-40" />}>
              <Form config={node.config} inputs={scope.inputs} onChange={change} controls={{ ColumnTable }} />
            </Suspense>
          </IfNotLoaded>
        ) : (
          generated
        )}
      </div>
    </FormContext>
  );
}

/** What the fields of a node's form know of its surroundings, as binding last found it. */
function useFormScopeOf(node: DocumentNode): FormScope {
  const { readOnly } = useEditor();
  const bound = useBind((state) => state.nodes[node.id]);
  const found = useBind((state) => state.faultsByNode[node.id] ?? NO_FAULTS);
  const parameters = useDocument((editor) => editor.parameters);
  const nodes = useDocument((editor) => editor.nodes);
  const allBound = useBind((state) => state.nodes);
  const focusPath = useSelection((state) => state.focusPath);
  return useMemo(() => {
    const inputs: Record<string, Schema> = Object.fromEntries(
      (bound?.inputs ?? []).map((input) => [input.port, input.schema]),
    );
    const tables: Record<string, Schema> = { ...inputs };
    for (const input of bound?.inputs ?? [])
      for (const edge of input.edges) tables[edge.alias] ??= edge.columns;
    for (const other of Object.values(nodes)) {
      const schema = allBound[other.id]?.schema;
      if (other.masterData && schema && other.id !== node.id) tables[`master.${other.id}`] = schema;
    }
    const names: SqlNames = { tables, parameters: Object.keys(parameters) };
    const faults: ConfigFault[] = found.map((fault) => ({ path: configPathOf(fault) ?? [], fault }));
    return {
      inputs,
      names,
      faults,
      focusPath,
      writes: definitionOf(node.type)?.kind === 'destination',
      readOnly,
    };
  }, [bound, found, parameters, nodes, allBound, focusPath, readOnly, node.id, node.type]);
}

/** Leads to the field that a fault points to: the first one with that name that can take focus. */
function useFocusPath(path: FieldPath | null) {
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (path === null) return;
    const invalid = form.current?.querySelector<HTMLElement>('[aria-invalid="true"], .cm-content');
    invalid?.scrollIntoView({ block: 'nearest' });
    (invalid?.matches('.cm-content, input, button')
      ? invalid
      : invalid?.querySelector<HTMLElement>('.cm-content')
    )?.focus();
  }, [path]);
  return form;
}
