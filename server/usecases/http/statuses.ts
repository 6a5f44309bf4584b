import type { AppError } from '#lib/errors/app-error.ts';

/** What a person did wrong is a 400 unless HTTP has a better word for it. */
const USER_STATUS: Readonly<Record<string, number>> = {
  'not-signed-in': 401,
  'wrong-credentials': 401,
  'link-not-valid': 401,
  forbidden: 403,
  'foreign-origin': 403,
  'not-found': 404,
  'file-not-found': 404,
  'revision-conflict': 409,
  'already-member': 409,
  'last-owner': 409,
  'not-resumable': 409,
  'accounts-set-up': 409,
  'run-not-over': 409,
  'source-changed': 409,
  'not-repeatable': 409,
  'never-kept': 409,
  'no-rows': 409,
  'too-large-to-keep': 409,
  'rows-gone': 410,
  'too-large': 413,
  'unsupported-media-type': 415,
  'unknown-host': 421,
  'invalid-document': 422,
  'invalid-parameters': 422,
  'too-many-attempts': 429,
};

/** The HTTP status of an error: who must act decides, then what it is. */
export function statusOf(error: AppError): number {
  switch (error.kind) {
    case 'user':
      return USER_STATUS[error.code] ?? 400;
    case 'transient':
      return 503;
    case 'bug':
      return 500;
  }
}
