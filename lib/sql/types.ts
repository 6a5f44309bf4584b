/** A SQL type taken apart. Names are DuckDB's own, in capitals (`BIGINT`, `TIMESTAMP WITH TIME ZONE`). */
export type SqlType =
  | { kind: 'simple'; name: string; args: number[] }
  | { kind: 'list'; item: SqlType; size: number | null }
  | { kind: 'struct'; fields: { name: string; type: SqlType }[] }
  | { kind: 'map'; key: SqlType; value: SqlType }
  | { kind: 'other'; text: string };

const ALIASES: Record<string, string> = {
  INT1: 'TINYINT',
  INT2: 'SMALLINT',
  SHORT: 'SMALLINT',
  INT: 'INTEGER',
  INT4: 'INTEGER',
  SIGNED: 'INTEGER',
  INT8: 'BIGINT',
  LONG: 'BIGINT',
  INT16: 'SMALLINT',
  INT32: 'INTEGER',
  INT64: 'BIGINT',
  INT128: 'HUGEINT',
  REAL: 'FLOAT',
  FLOAT4: 'FLOAT',
  FLOAT8: 'DOUBLE',
  'DOUBLE PRECISION': 'DOUBLE',
  NUMBER: 'DOUBLE',
  NUMERIC: 'DECIMAL',
  DEC: 'DECIMAL',
  BOOL: 'BOOLEAN',
  LOGICAL: 'BOOLEAN',
  STRING: 'VARCHAR',
  TEXT: 'VARCHAR',
  CHAR: 'VARCHAR',
  BPCHAR: 'VARCHAR',
  NVARCHAR: 'VARCHAR',
  BYTEA: 'BLOB',
  BINARY: 'BLOB',
  VARBINARY: 'BLOB',
  DATETIME: 'TIMESTAMP',
  TIMESTAMPTZ: 'TIMESTAMP WITH TIME ZONE',
  TIMETZ: 'TIME WITH TIME ZONE',
  'TIMESTAMP WITHOUT TIME ZONE': 'TIMESTAMP',
  TIMESTAMP_US: 'TIMESTAMP',
  VARINT: 'BIGNUM',
  BITSTRING: 'BIT',
};

const SIMPLE = new Set([
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'HUGEINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
  'UHUGEINT',
  'BIGNUM',
  'FLOAT',
  'DOUBLE',
  'DECIMAL',
  'BOOLEAN',
  'VARCHAR',
  'BLOB',
  'BIT',
  'UUID',
  'JSON',
  'DATE',
  'TIME',
  'TIME WITH TIME ZONE',
  'INTERVAL',
  'TIMESTAMP',
  'TIMESTAMP_S',
  'TIMESTAMP_MS',
  'TIMESTAMP_NS',
  'TIMESTAMP WITH TIME ZONE',
]);

/**
 * Reads a type's name as DuckDB writes it, or as a person does (`int`, `text`, `decimal(10, 2)`, `struct(a int)[]`).
 * Null for anything that is not known to be a type, so that a printed result is always safe inside SQL; and for VARIANT,
 * which DuckDB takes for a list here and there, and ends.
 */
export function parseType(text: string): SqlType | null {
  const reader = new TypeReader(text);
  const type = reader.type();
  return type !== null && reader.atEnd() ? type : null;
}

/** The type as DuckDB writes it. */
export function printType(type: SqlType): string {
  switch (type.kind) {
    case 'simple':
      return type.args.length > 0 ? `${type.name}(${type.args.join(',')})` : type.name;
    case 'list':
      return `${printType(type.item)}[${type.size ?? ''}]`;
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${printFieldName(field.name)} ${printType(field.type)}`).join(', ')})`;
    case 'map':
      return `MAP(${printType(type.key)}, ${printType(type.value)})`;
    case 'other':
      return type.text;
  }
}

const printFieldName = (name: string) => `"${name.replaceAll('"', '""')}"`;

type Token = { kind: 'word' | 'quoted' | 'text' | 'number' | 'mark'; text: string };

const TOKEN = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|"((?:[^"]|"")*)"|('(?:[^']|'')*')|(\d+)|([()[\],]))/y;

class TypeReader {
  private readonly tokens: Token[] | null;
  private at = 0;

  constructor(text: string) {
    this.tokens = tokenise(text);
  }

  atEnd(): boolean {
    return this.tokens !== null && this.at === this.tokens.length;
  }

  type(): SqlType | null {
    let type = this.base();
    while (type !== null && this.take('[')) {
      const size = this.number();
      if (!this.take(']')) return null;
      type = { kind: 'list', item: type, size };
    }
    return type;
  }

  private base(): SqlType | null {
    const token = this.tokens?.[this.at];
    if (token?.kind === 'quoted' && token.text === 'NULL') {
      this.at++;
      return { kind: 'other', text: '"NULL"' };
    }
    if (token?.kind !== 'word') return null;
    const word = token.text.toUpperCase();
    if (word === 'STRUCT' || word === 'ROW') return this.struct();
    if (word === 'MAP') return this.map();
    if (word === 'ENUM' || word === 'UNION') return this.verbatim();
    if (word === 'GEOMETRY' || word === 'TIME_NS') {
      this.at++;
      return { kind: 'other', text: word };
    }
    return this.simple();
  }

  private simple(): SqlType | null {
    const words: string[] = [];
    while (this.tokens?.[this.at]?.kind === 'word')
      words.push((this.tokens[this.at++]?.text ?? '').toUpperCase());
    const written = words.join(' ');
    const name = ALIASES[written] ?? written;
    if (!SIMPLE.has(name)) return null;
    const args = this.arguments();
    if (args === null) return null;
    if (name === 'DECIMAL') return decimal(args);
    // A length on a text type says nothing to DuckDB.
    return args.length > 0 && name !== 'VARCHAR' ? null : { kind: 'simple', name, args: [] };
  }

  private arguments(): number[] | null {
    if (!this.take('(')) return [];
    const args: number[] = [];
    do {
      const value = this.number();
      if (value === null) return null;
      args.push(value);
    } while (this.take(','));
    return this.take(')') ? args : null;
  }

  private struct(): SqlType | null {
    this.at++;
    if (!this.take('(')) return null;
    const fields: { name: string; type: SqlType }[] = [];
    do {
      const token = this.tokens?.[this.at++];
      if (token?.kind !== 'word' && token?.kind !== 'quoted') return null;
      const type = this.type();
      if (type === null) return null;
      fields.push({ name: token.text, type });
    } while (this.take(','));
    return this.take(')') ? { kind: 'struct', fields } : null;
  }

  private map(): SqlType | null {
    this.at++;
    if (!this.take('(')) return null;
    const key = this.type();
    if (key === null || !this.take(',')) return null;
    const value = this.type();
    return value !== null && this.take(')') ? { kind: 'map', key, value } : null;
  }

  /** ENUM and UNION are passed on as they stand, from checked tokens. */
  private verbatim(): SqlType | null {
    const from = this.at++;
    let depth = 0;
    do {
      const token = this.tokens?.[this.at++];
      if (token === undefined || (depth === 0 && token.text !== '(') || isVariant(token)) return null;
      if (token.kind === 'mark' && token.text === '(') depth++;
      if (token.kind === 'mark' && token.text === ')') depth--;
    } while (depth > 0);
    return { kind: 'other', text: (this.tokens ?? []).slice(from, this.at).map(written).join(' ') };
  }

  private number(): number | null {
    const token = this.tokens?.[this.at];
    if (token?.kind !== 'number') return null;
    this.at++;
    return Number(token.text);
  }

  private take(mark: string): boolean {
    const token = this.tokens?.[this.at];
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    this.at++;
    return true;
  }
}

function decimal(args: number[]): SqlType | null {
  const [precision = 18, scale = args.length === 0 ? 3 : 0] = args;
  if (args.length > 2 || precision < 1 || precision > 38 || scale > precision) return null;
  return { kind: 'simple', name: 'DECIMAL', args: [precision, scale] };
}

function isVariant({ kind, text }: Token): boolean {
  return (kind === 'word' || kind === 'quoted') && text.toUpperCase() === 'VARIANT';
}

function written(token: Token): string {
  return token.kind === 'quoted' ? printFieldName(token.text) : token.text;
}

function tokenise(text: string): Token[] | null {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (match === null) return null;
    const [, word, quoted, literal, number, mark] = match;
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replaceAll('""', '"') });
    else if (literal !== undefined) tokens.push({ kind: 'text', text: literal });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else tokens.push({ kind: 'mark', text: mark ?? '' });
  }
  return tokens;
}

export type TypeFamily = 'number' | 'text' | 'boolean' | 'date' | 'time' | 'interval' | 'other';

const FAMILIES: Record<string, TypeFamily> = {
  VARCHAR: 'text',
  UUID: 'other',
  BOOLEAN: 'boolean',
  DATE: 'date',
  TIMESTAMP: 'date',
  TIMESTAMP_S: 'date',
  TIMESTAMP_MS: 'date',
  TIMESTAMP_NS: 'date',
  'TIMESTAMP WITH TIME ZONE': 'date',
  TIME: 'time',
  'TIME WITH TIME ZONE': 'time',
  INTERVAL: 'interval',
  BLOB: 'other',
  BIT: 'other',
  JSON: 'other',
};

/** What kind of values a type holds, for telling people which columns a function can take. */
export function familyOf(type: string): TypeFamily {
  const parsed = parseType(type);
  if (parsed?.kind !== 'simple') return 'other';
  return FAMILIES[parsed.name] ?? 'number';
}

const INTEGER_BITS: Record<string, number> = {
  TINYINT: 8,
  SMALLINT: 16,
  INTEGER: 32,
  BIGINT: 64,
  HUGEINT: 128,
  UTINYINT: 8,
  USMALLINT: 16,
  UINTEGER: 32,
  UBIGINT: 64,
  UHUGEINT: 128,
};

/** The width of an integer type, null for every other type. */
export function integerBits(type: string): number | null {
  return INTEGER_BITS[type.toUpperCase()] ?? null;
}
