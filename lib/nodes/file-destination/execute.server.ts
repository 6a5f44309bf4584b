import type { DestinationExecutor } from '../execute.ts';
import type { FileDestinationConfig } from './definition.ts';
import { targetOf } from './target.ts';

export const execute: DestinationExecutor<FileDestinationConfig> = { kind: 'destination', target: targetOf };
