import { z } from 'zod';
import { AppError } from '#lib/errors/app-error.ts';
import { allDefinitions, definitionOf } from '#lib/nodes/catalogue.ts';
import type { NodeDefinition } from '#lib/nodes/define.ts';
import { docs } from '#lib/nodes/registry/docs.ts';
import { nearestName } from '#lib/sql/near-name.ts';
import { EXIT } from './outcome.ts';

/** `sluice nodes [TYPE]`. */
export function nodesCommand(type: string | undefined, options: Record<string, unknown>): number {
  const json = options.json === true;
  process.stdout.write(type === undefined ? listing(json) : details(requireType(type), json));
  return EXIT.good;
}

function listing(json: boolean): string {
  const definitions = allDefinitions();
  if (json)
    return `${JSON.stringify(
      definitions.map(({ type, kind, title, description }) => ({ type, kind, title, description })),
      null,
      2,
    )}\n`;
  const width = Math.max(...definitions.map(({ type }) => type.length));
  return definitions.map(({ type, description }) => `${type.padEnd(width)}  ${description}\n`).join('');
}

function requireType(type: string): NodeDefinition {
  const definition = definitionOf(type);
  if (definition) return definition;
  const near = nearestName(
    type,
    allDefinitions().map((other) => other.type),
  );
  throw new AppError('unknown-type', `There is no node type "${type}".`, {
    hint: near ? `Did you mean "${near}"?` : 'npx sluice nodes lists them.',
  });
}

function details(definition: NodeDefinition, json: boolean): string {
  const { type, kind, title, description, inputs, outputs } = definition;
  const config = z.toJSONSchema(definition.config, { io: 'input', unrepresentable: 'any' });
  const help = (docs as Partial<Record<string, string>>)[type] ?? '';
  if (json)
    return `${JSON.stringify({ type, kind, title, description, inputs, outputs, config, help }, null, 2)}\n`;
  const ports = (names: readonly { name: string }[]) => names.map(({ name }) => name).join(', ') || 'none';
  return [
    `${type}: ${description}`,
    `inputs ${ports(inputs)}; outputs ${ports(outputs)}`,
    '',
    help.trim(),
    '',
    'config (JSON Schema):',
    JSON.stringify(config, null, 2),
    '',
  ].join('\n');
}
