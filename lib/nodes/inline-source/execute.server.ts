import type { ScanOption } from '../../sql/relation.ts';
import type { SourceExecutor } from '../execute.ts';
import type { InlineSourceConfig } from './definition.ts';

/** The text is kept in a file and read like any other, so that its columns get the types that a file's would. */
export const execute: SourceExecutor<InlineSourceConfig> = {
  kind: 'source',
  async describe({ format, content }, context) {
    const path = await context.privateFile(content, format);
    const options: Record<string, ScanOption> = format === 'csv' ? { header: true } : { format: 'auto' };
    return context.discover({ format, paths: [path], options, onBadRow: 'fail' });
  },
};
