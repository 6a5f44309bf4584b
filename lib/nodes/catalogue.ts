import type { CompileNode, NodeDefinition } from './define.ts';
import { compilers } from './registry/compilers.ts';
import { definitions } from './registry/definitions.ts';

const definitionsByType = new Map<string, NodeDefinition>(Object.entries(definitions));
const compilersByType = new Map<string, CompileNode<never>>(Object.entries(compilers));

/** The definition of a type as a document names it; undefined for a type that does not exist. */
export function definitionOf(type: string): NodeDefinition | undefined {
  return definitionsByType.get(type);
}

/** All definitions, in alphabetical order of their types. */
export function allDefinitions(): NodeDefinition[] {
  return [...definitionsByType.values()];
}

/** The compiler of a type. Its config must have been parsed by the same type's schema, which the caller vouches for. */
export function compilerOf(type: string): CompileNode<unknown> | undefined {
  return compilersByType.get(type) as CompileNode<unknown> | undefined;
}
