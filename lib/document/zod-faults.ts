import type { z } from 'zod';
import { cut, LIMITS, type Fault } from '../errors/app-error.ts';
import { nearestName } from '../sql/near-name.ts';

type Path = (string | number)[];
type Issue = z.core.$ZodIssue;

export interface IssueContext {
  /** Where the checked value sits in the document. */
  base: Path;
  /** The value that was checked, to tell a missing key from a wrong one. */
  data: unknown;
  /** The keys that exist, to say what an unknown one was meant to be. */
  knownKeys?: readonly string[];
}

/** Zod's issues as faults in the user's words, each with its path in the document. */
export function faultsFromIssues(issues: readonly Issue[], context: IssueContext): Fault[] {
  return issues.flatMap((issue) => faultsFromIssue(issue, context));
}

function faultsFromIssue(issue: Issue, { base, data, knownKeys = [] }: IssueContext): Fault[] {
  const inner = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const path = [...base, ...inner];
  const name = path.length > 0 ? describePath(path) : 'the document';
  const at = (code: string, message: string, hint?: string, where: Path = path): Fault => ({
    code,
    severity: 'error',
    message: cut(message, LIMITS.message),
    hint: hint && cut(hint, LIMITS.hint),
    place: { path: where },
  });
  const missing = valueAt(data, inner) === undefined;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const near = nearestName(key, knownKeys);
        return at(
          'unknown-key',
          `"${key}" is not a key of ${name}`,
          near ? `Did you mean "${near}"?` : 'Remove it, or check its spelling.',
          [...path, key],
        );
      });
    case 'invalid_union': {
      if (missing) return [at('missing-value', `${name} is missing`, 'Write it.')];
      const nearest = issue.errors
        .filter((branch) => branch.length > 0)
        .sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
      if (!nearest)
        return [
          at(
            'invalid-value',
            `${name} has a value that does not fit`,
            "See the node type's help for its keys.",
          ),
        ];
      return nearest.flatMap((one) =>
        faultsFromIssue(one, { base: path, data: valueAt(data, inner), knownKeys }),
      );
    }
    case 'invalid_type':
      return [
        missing
          ? at('missing-value', `${name} is missing`, `It must be ${article(issue.expected)}.`)
          : at(
              'wrong-type',
              `${name} must be ${article(issue.expected)}`,
              issue.expected === 'string'
                ? 'Put quotes round it to make it a text.'
                : `Write ${article(issue.expected)} here.`,
            ),
      ];
    case 'invalid_value': {
      const allowed = issue.values
        .map((value) => JSON.stringify(value))
        .join(', ')
        .replace(/, ([^,]*)$/, ' or $1');
      return [
        missing
          ? at('missing-value', `${name} is missing`, `It must be ${allowed}.`)
          : at('invalid-value', `${name} must be ${allowed}`, 'Write one of these.'),
      ];
    }
    default:
      return [at('invalid-value', `${name}: ${issue.message}`, 'Change the value so that it holds.')];
  }
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path)
    value =
      value !== null && typeof value === 'object'
        ? (value as Record<string | number, unknown>)[step]
        : undefined;
  return value;
}

function depth(branch: readonly Issue[]): number {
  return Math.max(0, ...branch.map((issue) => issue.path.length));
}

/** `nodes[2].config.columns[0].name`, as people write it. */
function describePath(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');
}

function article(expected: string): string {
  switch (expected) {
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    case 'int':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
    case 'record':
      return 'a mapping of keys to values';
    default:
      return `of type ${expected}`;
  }
}
