'use client';

import { useRouter } from 'next/navigation';
import { useCreatePipeline } from '#components/hooks/use-pipelines.ts';
import { pipelineHref } from '#components/runs/run-link.ts';

/** Makes an empty pipeline and opens it. */
export function useNewPipeline(names: readonly string[]) {
  const router = useRouter();
  const create = useCreatePipeline();
  const make = () => {
    create.mutate(
      { name: freeName(names) },
      {
        onSuccess: (pipeline) => {
          router.push(pipelineHref(pipeline.id));
        },
      },
    );
  };
  return { make, busy: create.isPending || create.isSuccess };
}

function freeName(names: readonly string[]): string {
  let name = 'Untitled pipeline';
  for (let number = 2; names.includes(name); number += 1) name = `Untitled pipeline ${number}`;
  return name;
}
