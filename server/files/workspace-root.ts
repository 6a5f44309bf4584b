import path from 'node:path';
import { AppError } from '#lib/errors/app-error.ts';

/** The folder below which all files of a workspace lie: uploads, example data, what pipelines write. Absolute. */
export function workspaceRoot(workspaceId: string, dataDir = process.env.SLUICE_DATA_DIR): string {
  if (!dataDir || !path.isAbsolute(dataDir)) {
    throw new AppError('data-dir-not-absolute', 'SLUICE_DATA_DIR must name a folder by its absolute path.', {
      hint: 'Start with `npm start`, which sets it.',
    });
  }
  return path.join(dataDir, 'files', workspaceId);
}
