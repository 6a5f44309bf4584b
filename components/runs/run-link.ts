import type { RunSummary } from '#lib/contracts/runs.ts';

export const runHref = (run: Pick<RunSummary, 'id'>): string => `/runs/${run.id}`;
export const pipelineHref = (id: string): string => `/pipelines/${id}`;

const TRIGGERS: Record<RunSummary['trigger'], string> = {
  manual: 'By hand',
  schedule: 'Schedule',
  resume: 'Resumed',
  api: 'API',
};

/** What set the run off, in a word or two. */
export const triggerWord = (run: Pick<RunSummary, 'trigger'>): string => TRIGGERS[run.trigger];
