import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { memoryBudget } from '#server/engines/duckdb/memory-budget.ts';
import { openReach } from '#server/files/file-root.ts';
import { defaultDataDirectory } from '#server/runner/data-directory.ts';
import { destinationsOf } from '#server/runner/execute/destination.ts';
import { openEngineServices } from '#server/runner/engine-services.ts';
import { documentInvalid } from '#server/runner/run-pipeline.ts';
import { bindDocument } from '#server/runner/bind-document.ts';
import { loadDocument, parseParameters } from './load-document.ts';
import { counted, EXIT, flatIssue, printError, sayFault } from './outcome.ts';
import { toErrorRecord } from '#lib/errors/app-error.ts';

/** `sluice validate`: every fault of a document. Exit code 1 where only an input cannot be read. */
export async function validateCommand(file: string, options: Record<string, unknown>): Promise<number> {
  const json = options.json === true;
  const { read, folder, locate } = await loadDocument(file);
  const services = await openEngineServices();
  try {
    const reach = openReach(folder);
    const around = {
      runId: randomUUID(),
      reach,
      parameters: parseParameters(options.param as string[]),
      dataDirectory: defaultDataDirectory(),
      memoryLimitBytes: memoryBudget(),
      threads: os.availableParallelism(),
      signal: new AbortController().signal,
    };
    const { graph, sources } = await bindDocument(read, around, services);
    const faults = locate([...graph.faults, ...(await destinationsOf(graph, reach)).faults]);
    const errors = faults.filter((fault) => fault.severity === 'error');
    if (errors.length > 0) {
      const onlyData = errors.every(
        (fault) => fault.place?.nodeId !== undefined && sources.troubles.has(fault.place.nodeId),
      );
      printError(toErrorRecord(documentInvalid(faults)), { json });
      return onlyData ? EXIT.failed : EXIT.wrongCall;
    }
    const { nodes, edges, name } = graph.document;
    if (json)
      process.stdout.write(
        `${JSON.stringify({ valid: true, name, nodes: nodes.length, edges: edges.length, issues: faults.map(flatIssue) }, null, 2)}\n`,
      );
    else
      process.stdout.write(
        `${faults.map(sayFault).join('')}${file} is good: ${counted(nodes.length, 'node')}, ${counted(edges.length, 'edge')}.\n`,
      );
    return EXIT.good;
  } finally {
    await services.close();
  }
}
