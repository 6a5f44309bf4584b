import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { AppError } from '#lib/errors/app-error.ts';

/** DuckDB goes into JSON by calling itself: some 100,000 levels take its stack, and the whole process with it. */
const DEEPEST = 10_000;

const [QUOTE, BACKSLASH, LINE] = [0x22, 0x5c, 0x0a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Throws `nested-too-deep` for a JSON file in which lists and objects stand inside each other deeper than anybody writes
 * them. `perLine`: every line is a value of its own, so that one of few bytes cannot be deep.
 */
export async function refuseDeepJson(
  file: string,
  { perLine, signal }: { perLine: boolean; signal?: AbortSignal | undefined },
): Promise<void> {
  const depth = new DepthCount(perLine);
  const bytes = createReadStream(file, { highWaterMark: 1024 * 1024, signal });
  const chunks = file.toLowerCase().endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  bytes.on('error', (error) => chunks.destroy(error));
  for await (const chunk of chunks) {
    if (!depth.add(chunk as Buffer)) continue;
    throw new AppError('nested-too-deep', `${path.basename(file)} is nested deeper than ${DEEPEST} levels`, {
      hint: 'No table is like that. Check what writes it.',
    });
  }
}

/** Counts brackets outside of strings. What is no JSON may be counted wrongly; reading it fails anyway. */
class DepthCount {
  readonly #perLine: boolean;
  #depth = 0;
  #inString = false;
  #isEscaped = false;

  constructor(perLine: boolean) {
    this.#perLine = perLine;
  }

  /** True where it is too deep. */
  add(chunk: Buffer): boolean {
    for (let at = 0; at < chunk.length;) {
      // A short line is passed over at the speed of memory.
      const end = this.#perLine ? chunk.indexOf(LINE, at) : -1;
      if (end >= 0 && end - at < DEEPEST && this.#depth === 0 && !this.#inString) {
        at = end + 1;
        continue;
      }
      const stop = end < 0 ? chunk.length : end;
      if (this.#count(chunk, at, stop)) return true;
      if (end >= 0) this.#begin();
      at = stop + 1;
    }
    return false;
  }

  #begin(): void {
    this.#depth = 0;
    this.#inString = false;
    this.#isEscaped = false;
  }

  #count(chunk: Buffer, from: number, to: number): boolean {
    let [depth, inString, isEscaped] = [this.#depth, this.#inString, this.#isEscaped];
    for (let at = from; at < to; at += 1) {
      const byte = chunk[at];
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
        if ((depth += 1) > DEEPEST) return true;
      } else if ((byte === CLOSE_LIST || byte === CLOSE_OBJECT) && depth > 0) depth -= 1;
    }
    [this.#depth, this.#inString, this.#isEscaped] = [depth, inString, isEscaped];
    return false;
  }
}
