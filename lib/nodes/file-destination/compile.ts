import { AppError } from '../../errors/app-error.ts';
import { requireColumn, requireInput } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import type { FileDestinationConfig } from './definition.ts';
import { targetOf } from './target.ts';

/** The rows to write are the rows that come in; where they go is the executor's part. */
export const compile: CompileNode<FileDestinationConfig> = ({ config, inputs }) => {
  const { schema } = requireInput(inputs, 'input');
  const folders = (config.partitionBy ?? []).map(
    (name, index) => requireColumn(schema, name, ['partitionBy', index]).name,
  );
  if (folders.length > 0 && new Set(folders).size === schema.length) {
    throw new AppError(
      'no-columns-left',
      'Every column would become a folder, and none would be left in the files',
      {
        hint: 'Partition by fewer columns.',
        place: { path: ['partitionBy'] },
      },
    );
  }
  // Throws where the format and the options do not agree, before anything runs.
  targetOf(config);
  return { op: 'input', port: 'input' };
};
