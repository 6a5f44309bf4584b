'use client';

import { Play, Plus } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useStartRun } from '#components/hooks/use-runs.ts';
import { pipelineHref } from '#components/runs/run-link.ts';
import { Button } from '#components/ui/button.tsx';
import type { PipelineSummary } from '#lib/contracts/pipelines.ts';

/** What a newcomer sees: an example on real data, one click from running. */
export function FirstRun({ pipelines }: { pipelines: readonly PipelineSummary[] }) {
  const example = pipelines[0];
  if (!example) return <NoPipelines />;
  const others = pipelines.slice(1, 1 + OTHERS);
  return (
    <div className="mx-auto flex max-w-160 flex-col gap-5 py-10">
      <div>
        <h2 className="text-20 font-semibold">See a pipeline run</h2>
        <p className="mt-1 text-ink-2">
          Here is one on real data, ready to go. Every step shows its rows as they come.
        </p>
      </div>
      <section className="rounded-panel border border-line bg-surface-1 p-5">
        <h3 className="text-16 font-semibold">{example.name}</h3>
        {example.description ? <p className="mt-1 text-13 text-ink-2">{example.description}</p> : null}
        <div className="mt-4 flex items-center gap-3">
          <OpenAndRun pipeline={example} first />
          <span className="text-12 text-ink-3">{example.nodeCount} nodes</span>
        </div>
      </section>
      {others.length > 0 ? (
        <section>
          <h3 className="caption mb-1.5">More examples</h3>
          <ul className="divide-y divide-line rounded-panel border border-line bg-surface-1">
            {others.map((pipeline) => (
              <li key={pipeline.id} className="flex items-center gap-4 py-2.5 pr-3 pl-5">
                <div className="min-w-0 flex-1">
                  <Link href={pipelineHref(pipeline.id)} className="font-medium hover:underline">
                    {pipeline.name}
                  </Link>
                  <p className="truncate text-12 text-ink-3">{pipeline.description}</p>
                </div>
                <OpenAndRun pipeline={pipeline} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

const OTHERS = 5;

/** Starts a run and opens the editor, which shows a pipeline's last run. */
function OpenAndRun({ pipeline, first }: { pipeline: PipelineSummary; first?: boolean }) {
  const router = useRouter();
  const start = useStartRun();
  const go = () => {
    start.mutate(
      { pipelineId: pipeline.id },
      {
        onSuccess: () => {
          router.push(pipelineHref(pipeline.id));
        },
      },
    );
  };
  return (
    <Button
      variant={first ? 'primary' : 'secondary'}
      size={first ? 'md' : 'sm'}
      aria-label={first ? undefined : `Open and run ${pipeline.name}`}
      busy={start.isPending || start.isSuccess}
      onClick={go}
    >
      <Play aria-hidden /> Open and run
    </Button>
  );
}

function NoPipelines() {
  return (
    <div className="mx-auto flex max-w-120 flex-col items-start gap-4 py-16">
      <div>
        <h2 className="text-20 font-semibold">Draw your first pipeline</h2>
        <p className="mt-1 text-ink-2">
          Drop a CSV or Parquet file on the canvas, add steps, and see the rows after each one.
        </p>
      </div>
      <Button asChild variant="primary" size="md">
        <Link href="/pipelines?new">
          <Plus aria-hidden /> New pipeline
        </Link>
      </Button>
    </div>
  );
}
