import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#lib/errors/app-error.ts';
import { memoryBudget } from '#server/engines/duckdb/memory-budget.ts';

const environmentSchema = z.object({
  SLUICE_RUNNER_URL: z.url(),
  SLUICE_RUNNER_TOKEN: z.string().min(20),
  SLUICE_RUNNER_ID: z.string().min(1).max(200).optional(),
  SLUICE_DATA_DIR: z.string().refine((value) => path.isAbsolute(value), 'must be an absolute path'),
  SLUICE_RUNS_AT_ONCE: z.coerce.number().int().min(1).max(64).default(2),
  SLUICE_MEMORY_MB: z.coerce.number().int().min(256).optional(),
  SLUICE_STAGING_MB: z.coerce.number().int().min(1).default(20_000),
  SLUICE_LOG_DAYS: z.coerce.number().positive().default(30),
});

/** What the runner process is told by its environment. */
export interface RunnerSettings {
  port: number;
  token: string;
  runnerId: string;
  dataDirectory: string;
  runsAtOnce: number;
  /** All runs, previews and pages together. */
  memoryBytes: number;
  threads: number;
  /** Staged results of finished runs are collected, oldest first, beyond this. */
  stagingBytes: number;
  logDays: number;
}

/** Throws `runner-misconfigured` naming the variables that are missing or wrong. */
export function runnerSettings(env: NodeJS.ProcessEnv = process.env): RunnerSettings {
  const parsed = environmentSchema.safeParse(env);
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))].join(', ');
    throw new AppError('runner-misconfigured', `The environment lacks a good value for ${names}.`, {
      hint: 'Start with `npm start`, which sets them.',
    });
  }
  const found = parsed.data;
  return {
    port: Number(new URL(found.SLUICE_RUNNER_URL).port),
    token: found.SLUICE_RUNNER_TOKEN,
    runnerId: found.SLUICE_RUNNER_ID ?? `runner-${os.hostname()}-${process.pid}`,
    dataDirectory: found.SLUICE_DATA_DIR,
    runsAtOnce: found.SLUICE_RUNS_AT_ONCE,
    memoryBytes: found.SLUICE_MEMORY_MB === undefined ? memoryBudget() : found.SLUICE_MEMORY_MB * 1_000_000,
    threads: os.availableParallelism(),
    stagingBytes: found.SLUICE_STAGING_MB * 1_000_000,
    logDays: found.SLUICE_LOG_DAYS,
  };
}
