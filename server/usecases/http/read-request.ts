import type { z } from 'zod';
import { DEEPEST, whyNotStorable } from '#lib/contracts/stored-text.ts';
import { AppError } from '#lib/errors/app-error.ts';
import { requestBytes } from '#server/files/request-bytes.ts';

// Enough for every form; documents are allowed more by their endpoints.
const DEFAULT_BODY_BYTES = 256 * 1024;

/** Parses outside data, or throws `invalid-request` with each fault's path. */
export function parseRequest<T extends z.ZodType>(
  schema: T,
  value: unknown,
  part: 'params' | 'query' | 'body',
): z.output<T> {
  const reason = whyNotStorable(value);
  if (reason) throw new AppError('invalid-request', `The request is not right: ${part}: ${reason}.`);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 100).map((issue) => ({
    code: 'invalid-request',
    severity: 'error' as const,
    message: issue.message,
    place: {
      path: [part, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))].slice(0, 64),
    },
  }));
  const first = issues[0];
  throw new AppError(
    'invalid-request',
    `The request is not right: ${first ? `${first.place.path.join('.')}: ${first.message}` : part}`,
    {
      hint: 'See /api/openapi.json for what this route takes.',
      issues,
    },
  );
}

/** Reads a JSON body of at most `limitBytes`. No body reads as `{}`. Throws `unsupported-media-type`, `too-large`, `invalid-request`. */
export async function readJsonBody(request: Request, limitBytes = DEFAULT_BODY_BYTES): Promise<unknown> {
  const text = await readText(request, limitBytes);
  if (text === '') return {};
  // A form of another site cannot send this type without asking first.
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new AppError('unsupported-media-type', 'Send the body as application/json.');
  }
  // Looked at before it is parsed: millions of brackets keep the parser, and with it every other request, for seconds.
  if (nestsDeeper(text, DEEPEST)) {
    throw new AppError('invalid-request', `The body nests deeper than ${DEEPEST} levels.`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AppError('invalid-request', 'The body is not JSON.', { cause });
  }
}

const [QUOTE, ESCAPE, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d,
];

/** Whether brackets of a JSON text, outside of its strings, nest deeper than this. */
function nestsDeeper(text: string, levels: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === ESCAPE) index += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      depth += 1;
      if (depth > levels) return true;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
  }
  return false;
}

async function readText(request: Request, limitBytes: number): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes);
  if (!request.body) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  try {
    for await (const chunk of requestBytes(request.body)) {
      size += chunk.byteLength;
      if (size > limitBytes) throw tooLarge(limitBytes);
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof TypeError)
      throw new AppError('invalid-request', 'The body is not UTF-8 text.', { cause: error });
    throw error;
  }
}

function tooLarge(limitBytes: number): AppError {
  return new AppError('too-large', `The body is larger than ${Math.round(limitBytes / 1024)} kB.`, {
    hint: 'Upload data as a file instead.',
  });
}
