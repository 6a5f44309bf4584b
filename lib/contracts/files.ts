import { z } from 'zod';
import { instantSchema } from './answer.ts';

/** The largest upload unless `SLUICE_MAX_UPLOAD_BYTES` says another. */
export const DEFAULT_MAX_UPLOAD_BYTES = 2 * 1024 ** 3;

const relativePath = z.string().min(1).max(1000);

/** A file of the workspace. `path` is relative to its file root, as a `file-source` names it. */
export const fileEntrySchema = z.object({
  path: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  modifiedAt: instantSchema,
});
export type FileEntry = z.infer<typeof fileEntrySchema>;

/** `name` is taken from the multipart part when there is one; a raw body needs it here. */
export const uploadQuerySchema = z.object({ name: z.string().min(1).max(255).optional() });
export const listFilesQuerySchema = z.object({ under: relativePath.optional() });
export const filesPageSchema = z.object({
  files: z.array(fileEntrySchema),
  /** True where there were more than the list holds. */
  truncated: z.boolean(),
});
export const downloadQuerySchema = z.object({ path: relativePath });
