import {
  refusedFunctions,
  tableFunctions,
  useInstead,
  valueFunctions,
  volatileKeywords,
} from './functions.ts';
import { nearestName } from '#lib/sql/near-name.ts';
import { JsonPaths } from './json-calls.ts';
import { callRefusal, calledAtBinding, isCheap, isPlain, isVolatileCall } from './refused-calls.ts';
import { asciiLower, isNode, location, text, type TreeNode } from './tree-node.ts';
import { fault, type Refusal } from './user-text.ts';

/** What a tree refers to. Offsets are those of the text that was parsed, in bytes. */
export interface References {
  tables: Set<string>;
  masters: Set<string>;
  /** Where `master.<id>` is read as a table. */
  masterTables: { id: string; hasAlias: boolean; offset: number }[];
  /** Where a column is named as `master.<id>.<column>`. */
  masterColumns: { id: string; offset: number }[];
  volatile: boolean;
  /** The parts of each column's name; null where columns are meant that no name stands for (`*`, `#1`). */
  columns: string[][] | null;
}

export interface WalkOptions {
  /** Tables that may be named; null: any plain name that the catalogue does not have. */
  tables: readonly string[] | null;
  catalogueNames: ReadonlySet<string>;
  /** Names that we have put into the text ourselves. */
  ours?: ReadonlySet<string>;
  /** From an offset in the parsed text to one in the person's own. */
  place(byteOffset: number | null): number;
}

const EXPRESSIONS = new Set([
  'COLUMN_REF',
  'CONSTANT',
  'FUNCTION',
  'WINDOW',
  'CAST',
  'COMPARISON',
  'CONJUNCTION',
  'OPERATOR',
  'CASE',
  'SUBQUERY',
  'STAR',
  'LAMBDA',
  'LAMBDA_REF',
  'PARAMETER',
  'BETWEEN',
  'COLLATE',
  'POSITIONAL_REFERENCE',
  'TYPE',
]);
const QUERIES = new Set(['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE', 'CTE_NODE']);
const SOURCES = new Set([
  'BASE_TABLE',
  'SUBQUERY',
  'JOIN',
  'TABLE_FUNCTION',
  'EMPTY',
  'EXPRESSION_LIST',
  'PIVOT',
]);
const MODIFIERS = new Set([
  'ORDER_MODIFIER',
  'LIMIT_MODIFIER',
  'LIMIT_PERCENT_MODIFIER',
  'DISTINCT_MODIFIER',
]);
/** The directions of a sort key are `type`s too. */
const SORTS = new Set(['ORDER_DEFAULT', 'ASCENDING', 'DESCENDING']);
/**
 * Walks a whole syntax tree by an allow-list: what is not known to be harmless is refused by name, with its place.
 * Names of CTEs are in scope as DuckDB has it: for those after them, and for themselves where they are recursive.
 */
export class TreeWalk {
  readonly found: References = {
    tables: new Set(),
    masters: new Set(),
    masterTables: [],
    masterColumns: [],
    volatile: false,
    columns: [],
  };
  readonly #options: WalkOptions;
  readonly #columnsOfThree: { names: string[]; offset: number }[] = [];
  #paths = new JsonPaths({});

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  query(node: TreeNode): References {
    this.#paths = new JsonPaths(node);
    this.#visit(node, new Set());
    for (const { names, offset } of this.#columnsOfThree) {
      const id = [...this.found.masters].find((one) => asciiLower(one) === asciiLower(names[1] ?? ''));
      if (asciiLower(names[0] ?? '') === 'master' && id !== undefined)
        this.found.masterColumns.push({ id, offset });
    }
    return this.found;
  }

  #visit(value: unknown, scope: ReadonlySet<string>): void {
    if (Array.isArray(value)) {
      for (const item of value) this.#visit(item, scope);
      return;
    }
    if (!isNode(value)) return;
    if (isConstant(value)) return;
    if (isType(value)) {
      this.#type(value);
      return;
    }
    const inner =
      typeof value['class'] === 'string'
        ? this.#expression(value, value['class'], scope)
        : this.#part(value, scope);
    // Only the second part of a recursive query reads the query's own name.
    const own =
      value['type'] === 'RECURSIVE_CTE_NODE'
        ? new Set([...inner, asciiLower(text(value['cte_name']))])
        : inner;
    for (const [key, child] of Object.entries(value)) {
      if (key !== 'cte_map') this.#visit(child, key === 'right' ? own : inner);
    }
  }

  #expression(node: TreeNode, kind: string, scope: ReadonlySet<string>): ReadonlySet<string> {
    if (!EXPRESSIONS.has(kind))
      this.#refuse('syntax-not-allowed', `${spoken(kind)} is not allowed here`, node);
    if (kind === 'FUNCTION' || kind === 'WINDOW') this.#function(node, valueFunctions);
    if (kind === 'LAMBDA') this.#refuseFor(node, this.#paths.refusal(node, []));
    if (kind === 'COLUMN_REF') this.#column(node);
    if (kind === 'STAR' || kind === 'POSITIONAL_REFERENCE') this.found.columns = null;
    return scope;
  }

  #column(node: TreeNode): void {
    const names = Array.isArray(node['column_names']) ? node['column_names'].map(text) : [];
    this.found.columns?.push(names);
    if (names.length === 1 && volatileKeywords.has((names[0] ?? '').toLowerCase()))
      this.found.volatile = true;
    if (names.length >= 3) this.#columnsOfThree.push({ names, offset: location(node) ?? 0 });
  }

  /** A named type must be a plain one: no catalogue, no schema. DuckDB takes a VARIANT for a list here and there, and ends. */
  #type(type: TreeNode): void {
    if (text(type['id']) === 'VARIANT' || /^variant$/i.test(text(type['name'])))
      this.#refuse('type-not-allowed', 'The type VARIANT cannot be used here', null, 'Use JSON.');
    for (const field of ['catalog', 'schema']) {
      if (text(type[field]) !== '')
        this.#refuse('type-not-allowed', `The type ${text(type['name'])} cannot be read from a schema`, null);
    }
    for (const part of Object.values(type).flat()) if (isNode(part)) this.#type(part);
  }

  #function(node: TreeNode, allowed: ReadonlySet<string>): void {
    const name = text(node['function_name']).toLowerCase();
    if (isVolatileCall(node)) this.found.volatile = true;
    this.#refuseFor(node, callRefusal(node, allowed === tableFunctions, this.#paths));
    if (allowed.has(name)) return;
    if (refusedFunctions.has(name) || SERVER_FUNCTIONS.test(name)) {
      this.#refuse(
        'function-not-allowed',
        `The function ${name}() is not allowed in a pipeline`,
        node,
        useInstead.get(name) ??
          'SQL here sees its inputs and master data only: no files, settings, environment or catalogue. Read a file with a source node.',
      );
    }
    if (allowed === tableFunctions && valueFunctions.has(name))
      this.#refuse(
        'function-not-a-table',
        `${name}() gives a value, not a table`,
        node,
        `Tables come from ${[...tableFunctions].join(', ')}.`,
      );
    const near = nearestName(
      name,
      [...allowed].filter((candidate) => /^[a-z]/.test(candidate)),
    );
    this.#refuse(
      'function-not-found',
      `There is no function ${name}()`,
      node,
      near ? `Did you mean ${near}()?` : undefined,
    );
  }

  /** A query, a source of rows or a modifier. Returns the names of CTEs that its parts see. */
  #part(node: TreeNode, scope: ReadonlySet<string>): ReadonlySet<string> {
    const type = node['type'];
    if (type === 'LIMIT_MODIFIER' || type === 'LIMIT_PERCENT_MODIFIER')
      this.#refuseAtBinding([node['limit'], node['offset']], isPlain);
    // Without a seed, other rows each time.
    if (isNode(node['sample']) && !(Number(node['sample']['seed']) >= 0)) this.found.volatile = true;
    if (typeof type === 'string') {
      if (SOURCES.has(type)) this.#source(node, type, scope);
      else if (!QUERIES.has(type) && !MODIFIERS.has(type) && !SORTS.has(type))
        this.#refuse(
          'syntax-not-allowed',
          `${spoken(type)} is not allowed here`,
          node,
          type === 'SHOW_REF'
            ? 'DESCRIBE, SHOW and SUMMARIZE look into the catalogue; select rows instead.'
            : undefined,
        );
    }
    return isNode(node['cte_map']) ? this.#ctes(node['cte_map'], scope) : scope;
  }

  #ctes(map: TreeNode, scope: ReadonlySet<string>): ReadonlySet<string> {
    let seen = scope;
    for (const entry of Array.isArray(map['map']) ? map['map'] : []) {
      if (!isNode(entry)) continue;
      const name = text(entry['key']);
      if (/[@.]/.test(name) || this.#options.catalogueNames.has(asciiLower(name)))
        this.#refuse(
          'table-name-reserved',
          `A table of a WITH cannot be named "${name}"`,
          null,
          'Use letters, digits and _, and no name of the database’s own.',
        );
      this.#visit(entry['value'], seen);
      seen = new Set([...seen, asciiLower(name)]);
    }
    return seen;
  }

  #source(node: TreeNode, type: string, scope: ReadonlySet<string>): void {
    if (type === 'TABLE_FUNCTION' && isNode(node['function'])) {
      if (node['function']['class'] !== 'FUNCTION')
        this.#refuse('syntax-not-allowed', 'Only a function can stand here', node);
      this.#tableFunction(node, node['function']);
    }
    if (type === 'PIVOT' && isNode(node['source']) && hasEnum(node))
      this.#refuse(
        'syntax-not-allowed',
        'PIVOT by an enum type is not allowed here',
        node,
        'List its values with IN (…).',
      );
    if (type === 'BASE_TABLE') this.#table(node, scope);
  }

  #tableFunction(node: TreeNode, call: TreeNode): void {
    this.#function(call, tableFunctions);
    this.#refuseAtBinding(call['children'], isCheap);
    // Its arguments are visited as expressions; its own name is not one of a value.
    node['function'] = {
      class: 'OPERATOR',
      type: 'ARGUMENTS',
      children: call['children'],
      filter: call['filter'],
      order_bys: call['order_bys'],
    };
  }

  #refuseAtBinding(value: unknown, allowed: (name: string) => boolean): void {
    const call = calledAtBinding(value, allowed);
    if (call)
      this.#refuse(
        'syntax-not-allowed',
        `${asciiLower(text(call['function_name']))}() cannot be called here, where a plain value is meant`,
        call,
        'Write a number or a parameter.',
      );
  }

  #table(node: TreeNode, scope: ReadonlySet<string>): void {
    const name = text(node['table_name']);
    const schema = text(node['schema_name']);
    if (node['at_clause'])
      this.#refuse('syntax-not-allowed', 'A version of a table cannot be asked for', node);
    if (text(node['catalog_name']) !== '')
      return this.#unknownTable(`${text(node['catalog_name'])}.${schema}.${name}`, node);
    if (asciiLower(schema) === 'master') {
      this.found.masters.add(name);
      this.found.masterTables.push({
        id: name,
        hasAlias: text(node['alias']) !== '',
        offset: location(node) ?? 0,
      });
      return;
    }
    if (schema !== '') return this.#unknownTable(`${schema}.${name}`, node);
    if (scope.has(asciiLower(name))) return;
    const { tables, catalogueNames, ours } = this.#options;
    if (ours?.has(name)) return;
    const known = tables
      ? tables.some((table) => asciiLower(table) === asciiLower(name))
      : /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !catalogueNames.has(asciiLower(name));
    if (!known) return this.#unknownTable(name, node);
    this.found.tables.add(name);
  }

  #unknownTable(name: string, node: TreeNode): never {
    const looksLikeFile = /[./\\:*]/.test(name) && text(node['schema_name']) === '';
    const near = nearestName(name, this.#options.tables ?? []);
    const has = this.#options.tables?.length
      ? `It can read ${this.#options.tables.join(', ')} and master.<id>.`
      : 'It can read its inputs and master.<id>.';
    return this.#refuse(
      'table-not-found',
      looksLikeFile ? `A file cannot be read here: ${name}` : `There is no table "${name}" here`,
      node,
      looksLikeFile
        ? 'Read it with a file source, and connect that.'
        : near
          ? `Did you mean "${near}"? ${has}`
          : has,
    );
  }

  #refuseFor(node: TreeNode, refusal: Refusal | null): void {
    if (refusal) this.#refuse(refusal.code, refusal.message, node, refusal.hint);
  }

  #refuse(code: string, message: string, node: TreeNode | null, hint?: string): never {
    return fault(code, message, this.#options.place(node ? location(node) : null), hint);
  }
}

/** Not in this version's list, but elsewhere, or in the shell or in extensions: they deserve a plain "no". */
const SERVER_FUNCTIONS =
  /^(getenv|read_\w+|scan_\w+|\w+_scan|glob|query|query_table|pragma_\w+|duckdb_\w+|pg_\w+|sniff_csv|http_\w+|postgres_\w+|mysql_\w+|sqlite_\w+|st_read\w*|load_\w+|which_secret)$/;

/** A literal's value: data. */
function isConstant(node: TreeNode): boolean {
  return 'is_null' in node && isNode(node['type']);
}

function isType(node: TreeNode): boolean {
  return 'type_info' in node && 'id' in node;
}

function hasEnum(node: TreeNode): boolean {
  const pivots = Array.isArray(node['pivots']) ? node['pivots'] : [];
  return pivots.some((pivot) => isNode(pivot) && text(pivot['pivot_enum']) !== '');
}

function spoken(type: string): string {
  return type.replace(/_(NODE|REF|MODIFIER)$/, '').replaceAll('_', ' ');
}
