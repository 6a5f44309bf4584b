import { toFault, type Fault } from '../errors/app-error.ts';
import type { ReadDocument } from '../document/read.ts';
import type { DocumentNode, PipelineDocument } from '../document/schema.ts';
import type { Placed } from '../document/structure.ts';
import { faultsFromIssues } from '../document/zod-faults.ts';
import { definitionOf } from '../nodes/catalogue.ts';
import type { NodeDefinition } from '../nodes/define.ts';
import { textFields } from '../nodes/walk-fields.ts';
import { substituteParameters } from '../parameters/substitute.ts';
import { parameterSqlType, type ParameterValue } from '../parameters/values.ts';
import type { CheckedText, UserText } from '../sql/expression.ts';
import type { MasterReference } from './order.ts';
import type { CheckContext, TypeOracle } from './types.ts';
import { textKey } from './user-text.ts';

/** A node whose config is complete, before the columns that reach it are known. */
export interface ConfiguredNode {
  index: number;
  node: DocumentNode;
  definition: NodeDefinition;
  config: unknown;
  /** Its texts of SQL, checked, by `textKey`. */
  texts: ReadonlyMap<string, CheckedText>;
  /** For texts that its compiler composes of these. */
  check: CheckContext;
  parameters: string[];
}

/** Puts parameters in place, checks the config by its type's schema and its SQL by the guard. Null where any of it is wrong; the faults say what. */
export async function configure(
  { index, value: node }: Placed<DocumentNode>,
  {
    document,
    values,
    oracle,
    faults,
  }: {
    document: PipelineDocument;
    values: Record<string, ParameterValue>;
    oracle: TypeOracle;
    faults: Fault[];
  },
): Promise<ConfiguredNode | null> {
  const definition = definitionOf(node.type);
  if (!definition) return null;
  const base = ['nodes', index, 'config'];
  const before = faults.length;
  const place = (fault: Fault): Fault => ({
    ...fault,
    place: { ...fault.place, path: [...base, ...(fault.place?.path ?? [])], nodeId: node.id },
  });
  const substituted = substituteParameters(definition.config, node.config, values);
  faults.push(...substituted.faults.map(place));
  const parsed = definition.config.safeParse(substituted.config);
  if (!parsed.success) {
    const found = faultsFromIssues(parsed.error.issues, {
      base: [],
      data: substituted.config,
      knownKeys: Object.keys((definition.config as { shape?: object }).shape ?? {}),
    });
    faults.push(
      ...found.map((fault) =>
        place({ ...fault, message: fault.message.replace(/^the document/, `"${node.id}"`) }),
      ),
    );
  }
  const texts = new Map<string, CheckedText>();
  const check: CheckContext = {
    parameters: Object.fromEntries(
      Object.entries(document.parameters).map(([name, parameter]) => [
        name,
        { sqlType: parameterSqlType(parameter) },
      ]),
    ),
  };
  const fields = [...textFields(definition.config, substituted.config)];
  for (const { path, text, meta } of fields) {
    if (meta.meaning !== 'expression' && meta.meaning !== 'query') continue;
    const user: UserText = {
      kind: 'user',
      text: text.trim(),
      form: meta.meaning,
      path,
      ...(meta.window ? { window: true } : {}),
    };
    if (user.text === '') continue;
    try {
      texts.set(textKey(user), await oracle.check(user, check));
    } catch (error) {
      faults.push(place(toFault(error, { path })));
    }
  }
  if (faults.length > before || !parsed.success) return null;
  // Code reaches parameters in ways that no pattern finds, so what reads one may read any.
  const readsAny = fields.some(({ text, meta }) => meta.meaning === 'code' && /\bparams\b/.test(text));
  const parameters = readsAny ? Object.keys(document.parameters) : [...substituted.used];
  return { index, node, definition, config: parsed.data, texts, check, parameters };
}

export function masterReferences({
  index,
  node,
  definition,
  config,
  texts,
}: ConfiguredNode): MasterReference[] {
  return textFields(definition.config, config).flatMap(({ path, text, meta }) => {
    if (meta.meaning !== 'expression' && meta.meaning !== 'query') return [];
    const masters = texts.get(textKey({ text: text.trim(), form: meta.meaning }))?.masters ?? [];
    return masters.map((master) => ({ nodeId: node.id, master, path: ['nodes', index, 'config', ...path] }));
  });
}

/** A parameter that nothing uses is most likely a slip. Said only when every node's config could be read. */
export function unusedParameters(
  document: PipelineDocument,
  configured: ReadonlyMap<string, ConfiguredNode>,
  read: ReadDocument,
): Fault[] {
  if (configured.size < document.nodes.length || read.faults.some((fault) => fault.severity === 'error'))
    return [];
  const used = new Set([...configured.values()].flatMap((node) => node.parameters));
  return Object.keys(document.parameters)
    .filter((name) => !used.has(name))
    .map((name) => ({
      code: 'unused-parameter',
      severity: 'warning',
      message: `No node uses the parameter "${name}"`,
      hint: `Write \${${name}} where it belongs, or remove it.`,
      place: { path: ['parameters', name] },
    }));
}
