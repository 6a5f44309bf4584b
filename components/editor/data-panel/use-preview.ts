'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useState } from 'react';
import { callApi } from '#lib/contracts/client.ts';
import type { PreviewAnswer } from '#lib/contracts/preview.ts';
import type { PipelineDocument } from '#lib/document/schema.ts';
import { ancestors, dependenciesOf } from '#lib/graph/dag.ts';
import { useBind, useDocument } from '../editor-context.tsx';
import { meaningOf } from '../model/editor-document.ts';

/** Quiet time before rows are asked for: typing changes the config with each key. */
const PREVIEW_DEBOUNCE_MS = 350;

export interface Preview {
  answer: PreviewAnswer | undefined;
  error: Error | null;
  loading: boolean;
  /** Waits for a connection to the server. */
  offline: boolean;
  /** The rows shown belong to an earlier state of the document. */
  outdated: boolean;
  retry: () => void;
}

/** Rows of a node as the document stands, without a run. Asked again only when the node or what it needs changes. */
export function usePreview(nodeId: string, wanted: boolean): Preview {
  const editor = useDeferredValue(useDocument((document) => document));
  const masters = useBind((state) => state.nodes[nodeId]?.masters);
  const key = useSettled(
    JSON.stringify(sliceFor(meaningOf(editor), nodeId, masters ?? [])),
    PREVIEW_DEBOUNCE_MS,
  );
  const query = useQuery({
    queryKey: ['preview', nodeId, key],
    queryFn: ({ signal }) =>
      callApi('preview', { body: { document: JSON.parse(key) as Record<string, unknown>, nodeId }, signal }),
    enabled: wanted,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 120_000,
    retry: false,
  });
  return {
    answer: query.data,
    error: query.error,
    loading: query.isFetching,
    offline: query.fetchStatus === 'paused',
    outdated: query.isPlaceholderData,
    retry: () => void query.refetch(),
  };
}

/** The part of a document that a node's rows depend on, so that a change elsewhere asks for nothing. */
function sliceFor(
  document: Omit<PipelineDocument, 'view'>,
  nodeId: string,
  masters: readonly string[],
): Omit<PipelineDocument, 'view'> {
  const dependencies = dependenciesOf(
    document.nodes.map((node) => node.id),
    document.edges,
  );
  const master = document.nodes.filter((node) => node.masterData).map((node) => node.id);
  // Master data may be read by any text on the way; without binding's word on it, all of it is taken along.
  const needed = ancestors(dependencies, [nodeId, ...masters, ...master]);
  return {
    ...document,
    nodes: document.nodes.filter((node) => needed.has(node.id)),
    edges: document.edges.filter((edge) => needed.has(edge.target) && needed.has(edge.source)),
  };
}

function useSettled(value: string, ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (value === settled) return;
    const timer = setTimeout(() => {
      setSettled(value);
    }, ms);
    return () => {
      clearTimeout(timer);
    };
  }, [value, settled, ms]);
  return settled;
}
