import { AppError, type ErrorKind } from '#lib/errors/app-error.ts';
import { nearestName } from '#lib/sql/near-name.ts';

/** What DuckDB says of an error with `errors_as_json`. */
export interface DuckDBFault {
  /** `Binder`, `Conversion`, `IO` … */
  type: string;
  message: string;
  /** Byte offset in the statement; null where it gives none. */
  position: number | null;
  subtype: string;
  name: string;
  candidates: string[];
}

/** Reads DuckDB's own error; null for anything else. */
export function readDuckDBFault(thrown: unknown): DuckDBFault | null {
  if (!(thrown instanceof Error) || thrown instanceof AppError) return null;
  const fields = parseFields(thrown.message);
  if (!fields) {
    const plain = /^(?<type>[A-Z][A-Za-z ]*?) Error: (?<message>[\s\S]*)$/.exec(thrown.message)?.groups;
    return plain
      ? {
          type: plain['type'] ?? '',
          message: forPeople(plain['message'] ?? ''),
          position: null,
          subtype: '',
          name: '',
          candidates: [],
        }
      : null;
  }
  const position = Number(fields['position'] ?? Number.NaN);
  return {
    type: fields['exception_type'] ?? '',
    message: forPeople(fields['exception_message'] ?? thrown.message),
    position: Number.isFinite(position) ? position : null,
    subtype: fields['error_subtype'] ?? '',
    name: fields['name'] ?? '',
    candidates: (fields['candidates'] ?? '')
      .split(',')
      .map((name) => name.trim().replace(/^"|"$/g, ''))
      .filter((name) => name !== ''),
  };
}

function parseFields(message: string): Record<string, string> | null {
  if (!message.startsWith('{')) return null;
  try {
    return JSON.parse(message) as Record<string, string>;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Without the quoted line of a statement that the person never saw, and without where this machine keeps a file. */
function forPeople(message: string): string {
  return message
    .replace(/\n*LINE \d+:[\s\S]*$/, '')
    .replaceAll(/(\bfile (["'])|\n\s*file = )\/(?:[^"'\n]*\/)?/g, '$1')
    .trim();
}

/** An error of DuckDB in the user's terms; an `AppError` stays what it is; anything else is a bug of ours. */
export function fromDuckDB(thrown: unknown, context: { sql?: string } = {}): AppError {
  if (thrown instanceof AppError) return thrown;
  const fault = readDuckDBFault(thrown);
  if (!fault)
    return new AppError('internal', thrown instanceof Error ? thrown.message : String(thrown), {
      kind: 'bug',
      cause: thrown,
      ...context,
    });
  const { code, message, hint, kind } = inPlainWords(fault);
  return new AppError(code, message, {
    kind: kind ?? 'user',
    cause: new Error(`${fault.type} Error: ${fault.message}`),
    ...(hint ? { hint } : {}),
    ...context,
  });
}

interface PlainWords {
  code: string;
  message: string;
  hint?: string;
  kind?: ErrorKind;
}

function inPlainWords(fault: DuckDBFault): PlainWords {
  const { type, message } = fault;
  const inFile = message.startsWith('CSV Error')
    ? csvWords(message)
    : /in file "(.+?)"/.test(message)
      ? jsonWords(message)
      : null;
  if (inFile) return inFile;
  if (message.startsWith('Max expression depth'))
    return {
      code: 'nested-too-deep',
      message: 'This is nested too deep',
      hint: 'Split it over several steps.',
    };
  switch (type) {
    case 'Binder':
      return binderWords(fault);
    case 'Catalog':
      return catalogWords(fault);
    case 'Parser':
      return { code: 'syntax-error', message: message.replace(/^syntax error/, 'Syntax error') };
    case 'Conversion':
      return {
        code: 'conversion-failed',
        message,
        hint: 'TRY_CAST gives NULL where a value does not fit; or clean the values first.',
      };
    case 'Out of Range':
      return {
        code: 'value-out-of-range',
        message,
        hint: 'Cast to a wider type (BIGINT, HUGEINT, DOUBLE) before calculating.',
      };
    case 'Invalid Input':
    case 'Constraint':
      return /magic bytes|parquet file|TProtocolException/i.test(message)
        ? { code: 'file-unreadable', message: firstLine(message) }
        : { code: 'invalid-value', message };
    case 'Out of Memory':
      return memoryWords(message);
    case 'IO':
    case 'HTTP':
      return fileWords(message);
    case 'Permission':
      return {
        code: 'file-not-allowed',
        message: 'A file outside the allowed folders was asked for',
        hint: 'Files are read by source nodes and written by destinations, below the file root.',
      };
    case 'INTERRUPT':
    case 'Interrupt':
      return { code: 'cancelled', message: 'Cancelled' };
    case 'Not implemented':
      return { code: 'not-supported', message };
    case 'INTERNAL':
    case 'FATAL':
      return { code: 'engine-failed', message: message.split('\n')[0] ?? message, kind: 'bug' };
    default:
      return { code: 'sql-failed', message: `${type}: ${message}` };
  }
}

/** `CSV Error on Line: 3`, then the line, the reason, advice for SQL and `file = …`. */
function csvWords(message: string): PlainWords {
  const line = /^CSV Error on Line: (\d+)/.exec(message)?.[1];
  const file = /\n\s*file = (.+)/.exec(message)?.[1]?.trim();
  const [reason = 'it cannot be read'] = message
    .split('\n')
    .slice(1)
    .filter((text) => text !== '' && !text.startsWith('Original Line:'));
  const where = `${file?.split('/').at(-1) ?? 'The file'}, line ${line ?? 'unknown'}`;
  if (/unicode|utf-8/i.test(reason))
    return {
      code: 'wrong-encoding',
      message: `${where}: the file is not UTF-8`,
      hint: 'Set the encoding, for instance latin-1.',
    };
  const converting = /Error when converting column "(.+?)"\. (.*)/.exec(reason);
  if (converting)
    return {
      code: 'bad-row',
      message: `${where}: column "${converting[1]}": ${converting[2]}`,
      hint: `Set the type of "${converting[1]}" to VARCHAR, name the text that means no value, or skip rows that cannot be read.`,
    };
  const columns = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(reason);
  const said = columns ? `it has ${columns[2]} values for ${columns[1]} columns` : reason;
  return {
    code: 'bad-row',
    message: `${where}: ${said}`,
    hint: 'Correct the line, choose the delimiter and quote, or skip rows that cannot be read.',
  };
}

/** `Malformed JSON in file "…", at byte 2 in line 4: …`, `JSON transform error in file "…", in line 2: …`. */
function jsonWords(message: string): PlainWords {
  const found = /in file "(.+?)",(?: at byte \d+)? in (?:line|record\/value) (\d+): (.*)/.exec(message);
  if (!found) return { code: 'file-unreadable', message: firstLine(message) };
  // Of text that is no JSON it counts the line that it would read next.
  const line = Number(found[2]) - (message.startsWith('Malformed JSON') ? 1 : 0);
  return {
    code: 'bad-row',
    message: `${found[1]?.split('/').at(-1)}, line ${line}: ${found[3]?.trim()}`,
    hint: 'Correct the line, or set the type of its column.',
  };
}

function binderWords(fault: DuckDBFault): PlainWords {
  const { message } = fault;
  const lacking =
    fault.subtype === 'COLUMN_NOT_FOUND'
      ? fault.name
      : /does not have a column named "(.+)"/.exec(message)?.[1];
  if (lacking !== undefined)
    return {
      code: 'column-not-found',
      message: `There is no column "${lacking}"`,
      hint: columnHint(lacking, fault),
    };
  if (message.startsWith('Referenced table'))
    return {
      code: 'table-not-found',
      message: firstLine(message)
        .replace('Referenced table', 'There is no table')
        .replace(' not found!', ' here'),
      hint: restOf(message),
    };
  if (message.startsWith('Ambiguous reference'))
    return {
      code: 'ambiguous-column',
      message: firstLine(message),
      hint: 'Write the table before the column.',
    };
  if (fault.subtype === 'NO_MATCHING_FUNCTION' || message.startsWith('Could not choose a best candidate'))
    return functionWords(fault);
  if (message.includes('must appear in the GROUP BY'))
    return {
      code: 'missing-group-by',
      message: firstLine(message),
      hint: 'Group by it as well (GROUP BY ALL does), or use any_value().',
    };
  if (/cannot contain (aggregates|window functions)|cannot be nested/i.test(message))
    return {
      code: 'function-misplaced',
      message,
      hint: message.includes('window') ? 'Use QUALIFY, or a step before.' : 'Aggregate in a step before.',
    };
  if (
    /Cannot (compare|mix|combine|deduce)|type mismatch|Unimplemented type for cast|Cannot cast|explicit type cast/i.test(
      message,
    )
  )
    return {
      code: 'type-mismatch',
      message: firstLine(message),
      hint: 'Cast one of the two, for instance CAST(x AS DATE).',
    };
  return { code: 'sql-not-valid', message };
}

function columnHint(name: string, fault: DuckDBFault): string {
  const candidates = fault.candidates.map((candidate) => candidate.replaceAll('"', ''));
  const near = nearestName(name, candidates);
  if (near) return `Did you mean "${near}"?`;
  return candidates.length > 0 ? `Near it: ${candidates.join(', ')}.` : 'Look at the columns of the input.';
}

function functionWords({ name, message, candidates }: DuckDBFault): PlainWords {
  const call = /'([^'(]*)\((.*)\)'|"([^"(]*)\((.*)\)"/.exec(firstLine(message));
  const called = name || call?.[1] || call?.[3] || 'This function';
  const types = (call?.[2] ?? call?.[4] ?? '')
    .replaceAll('STRING_LITERAL', 'a text')
    .replaceAll('INTEGER_LITERAL', 'a whole number');
  const said = /^\w/.test(called)
    ? `${called}() cannot take (${types})`
    : `${called} cannot be applied to ${types.replace(/, /g, ' and ')}`;
  const forms =
    candidates.length > 0 && candidates.length <= 4 ? ` It takes ${candidates.join(' or ')}.` : '';
  return {
    code: 'type-mismatch',
    message: said,
    hint: `Cast the values to types that fit, for instance CAST(x AS DOUBLE).${forms}`,
  };
}

function catalogWords(fault: DuckDBFault): PlainWords {
  const what = /^(.*?) with name/.exec(fault.message)?.[1] ?? 'Something';
  const known = fault.candidates[0];
  const hint = known === undefined ? undefined : `Did you mean ${known}?`;
  if (/function|macro/i.test(what))
    return {
      code: 'function-not-found',
      message: `There is no function ${fault.name}()`,
      ...(hint ? { hint } : {}),
    };
  if (/type/i.test(what))
    return { code: 'type-not-found', message: `There is no type ${fault.name}`, ...(hint ? { hint } : {}) };
  return {
    code: 'table-not-found',
    message: `There is no table "${fault.name}" here`,
    hint: 'SQL sees its inputs and master.<id>.',
  };
}

function memoryWords(message: string): PlainWords {
  if (message.includes('no temporary directory'))
    return {
      code: 'out-of-memory',
      message: 'The rows need more memory than the limit, and nothing may be moved to disk',
      hint: 'Set the mode of the pipeline to duckdb, which moves to disk what does not fit; or raise the memory limit.',
    };
  return {
    code: 'out-of-memory',
    message: `The memory limit is too small for this: ${firstLine(message)}`,
    hint: 'Raise the memory limit, or shrink what must be held at once: list(), string_agg() and pivots over many rows cannot be moved to disk.',
  };
}

function fileWords(message: string): PlainWords {
  if (/No files found|No such file|does not exist|cannot open file/i.test(message))
    return {
      code: 'file-not-found',
      message: firstLine(message),
      hint: 'Check the path; relative ones start at the folder of the pipeline.',
    };
  if (/No space left|disk full|max_temp_directory_size|failed to offload/i.test(message))
    return {
      code: 'disk-full',
      message: 'There is no room left on the disk',
      hint: 'Free some space, or point the data directory to a larger disk.',
      kind: 'transient',
    };
  return { code: 'file-unreadable', message: firstLine(message) };
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}

function restOf(message: string): string {
  return message.split('\n').slice(1).join(' ').trim() || 'SQL sees its inputs and master.<id>.';
}
