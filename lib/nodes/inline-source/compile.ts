import { AppError } from '../../errors/app-error.ts';
import type { CompileNode } from '../define.ts';
import type { InlineSourceConfig } from './definition.ts';

/** The source was looked at before (execute.server.ts); what was found is the relation. */
export const compile: CompileNode<InlineSourceConfig> = ({ scan }) => {
  if (scan) return scan;
  throw new AppError('source-not-described', 'The source was not looked at before compiling', {
    kind: 'bug',
  });
};
