import { AppError } from '../../errors/app-error.ts';
import type { ConfigPath } from '../columns.ts';

const OFFSET = String.raw`(?:\d+(?:\.\d+)?|INTERVAL\s+(?:'[\w .:-]{1,60}'|\d+)(?:\s+(?:YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?)`;
const BOUND = String.raw`(?:UNBOUNDED\s+PRECEDING|UNBOUNDED\s+FOLLOWING|CURRENT\s+ROW|${OFFSET}\s+PRECEDING|${OFFSET}\s+FOLLOWING)`;
const EXCLUDE = String.raw`(?:\s+EXCLUDE\s+(?:CURRENT\s+ROW|GROUP|TIES|NO\s+OTHERS))?`;
const FRAME = new RegExp(
  String.raw`^(ROWS|RANGE|GROUPS)\s+(?:${BOUND}|BETWEEN\s+${BOUND}\s+AND\s+${BOUND})${EXCLUDE}$`,
  'i',
);

export interface Frame {
  text: string;
  /** Counts rows one by one, so that the order among equals matters. */
  byRows: boolean;
}

/** A frame clause that holds nothing but a frame. Throws `bad-frame`. */
export function parseFrame(text: string, path: ConfigPath): Frame {
  const match = FRAME.exec(text);
  if (match) return { text, byRows: match[1]?.toUpperCase() === 'ROWS' };
  throw new AppError('bad-frame', `${JSON.stringify(text)} is not a frame`, {
    hint: 'Such as ROWS BETWEEN 6 PRECEDING AND CURRENT ROW, or RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW.',
    place: { path },
  });
}
