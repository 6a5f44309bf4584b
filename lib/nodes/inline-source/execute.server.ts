import { AppError } from '../../errors/app-error.ts';
import type { ScanOption } from '../../sql/relation.ts';
import type { SourceExecutor } from '../execute.ts';
import type { InlineSourceConfig } from './definition.ts';

/** The text is kept in a file and read like any other, so that its columns get the types that a file's would. */
export const execute: SourceExecutor<InlineSourceConfig> = {
  kind: 'source',
  async describe({ format, content }, context) {
    const path = await context.privateFile(content, format);
    const options: Record<string, ScanOption> = format === 'csv' ? { header: true } : { format: 'auto' };
    try {
      return await context.discover({ format, paths: [path], options, onBadRow: 'fail' });
    } catch (thrown) {
      throw aboutContent(thrown, path);
    }
  },
};

/** The private file's name would tell nobody anything: the text is what is wrong. */
function aboutContent(thrown: unknown, path: string): unknown {
  if (!(thrown instanceof AppError) || thrown.kind !== 'user') return thrown;
  const file = path.split(/[\\/]/).at(-1) ?? path;
  const { code, message, hint, cause } = thrown;
  const said = message.replaceAll(path, file).replaceAll(file, 'The rows');
  return new AppError(code, said, { hint, cause, place: { path: ['content'] } });
}
