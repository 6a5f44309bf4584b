import os from 'node:os';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

/** What a connection must have set before the configuration is locked: which measures EXPLAIN ANALYZE takes, progress. */
const SESSION_SETTINGS = [
  // Setting the measures switches a printed profile on; this switches it off again and keeps the measures.
  `SET custom_profiling_settings='{"OPERATOR_TYPE":"true","OPERATOR_CARDINALITY":"true","EXTRA_INFO":"true","SYSTEM_PEAK_BUFFER_MEMORY":"true"}'`,
  `SET enable_profiling='no_output'`,
  'SET enable_progress_bar=true',
  'SET enable_progress_bar_print=false',
  'SET progress_bar_time=0',
  'SET errors_as_json=true',
];

/** What an instance is made with. Most runs want what the run before wanted. */
export interface Made {
  memoryLimitBytes: number;
  threads: number;
  preserveInsertionOrder: boolean;
}

/** Opened, and set as far as that can be done before anybody knows for what. */
export interface Opened {
  made: Made;
  instance: DuckDBInstance;
  connections: DuckDBConnection[];
}

/**
 * DuckDB lifts conditions over joins, to find more of them, and does not bring all of them back down to where they were:
 * a fence would then count its node before the node's own condition.
 */
const NOT_FOR_COUNTING = 'filter_pullup';

/** As many connections as a run wants unless its document says otherwise. */
const SPARE_CONNECTIONS = 5;

/** A run's statements and its samples: rows as they come, and rows in order. */
const SPARE_ORDERS = [false, true];

interface Spare {
  preserveInsertionOrder: boolean;
  opened: Promise<Opened>;
}

const spares: Spare[] = [];
let usual: Omit<Made, 'preserveInsertionOrder'> = {
  memoryLimitBytes: Math.floor(os.totalmem() / 2),
  threads: os.availableParallelism(),
};

/**
 * Begins to make instances for whoever opens the next ones. Each takes 15 ms of one core and needs to know nothing of a
 * run, so it is done between runs, or while a run's document is being read. Resolves when they are there, or are not to
 * be had, of which whoever opens one hears.
 */
export async function prepareInstances(): Promise<void> {
  for (const preserveInsertionOrder of SPARE_ORDERS) {
    if (spares.some((spare) => spare.preserveInsertionOrder === preserveInsertionOrder)) continue;
    const before = spares.at(-1)?.opened;
    const make = () => openInstance({ ...usual, preserveInsertionOrder });
    // One after the other, so that the first is there sooner.
    const spare = { preserveInsertionOrder, opened: before ? before.then(make) : make() };
    spares.push(spare);
    spare.opened.catch(() => {
      const at = spares.indexOf(spare);
      if (at >= 0) void spares.splice(at, 1);
    });
  }
  await Promise.allSettled(spares.map(({ opened }) => opened));
}

/** One that is ready, if there is, with so many connections or more; its order of rows may be another than asked for. */
export async function takeSpare(settings: Made, connections: number): Promise<Opened> {
  usual = { memoryLimitBytes: settings.memoryLimitBytes, threads: settings.threads };
  const fitting = spares.findIndex(
    ({ preserveInsertionOrder }) => preserveInsertionOrder === settings.preserveInsertionOrder,
  );
  const [spare] = spares.splice(Math.max(fitting, 0), 1);
  const opened = await (spare?.opened ?? openInstance(settings));
  while (opened.connections.length < connections) opened.connections.push(await openConnection(opened));
  return opened;
}

async function openInstance(made: Made): Promise<Opened> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
    threads: String(made.threads),
    memory_limit: `${made.memoryLimitBytes}B`,
    preserve_insertion_order: String(made.preserveInsertionOrder),
    disabled_optimizers: NOT_FOR_COUNTING,
  });
  const opened: Opened = { made, instance, connections: [] };
  try {
    while (opened.connections.length < SPARE_CONNECTIONS)
      opened.connections.push(await openConnection(opened));
    await opened.connections[0]?.run(`SET GLOBAL TimeZone='UTC'`);
    return opened;
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

async function openConnection({ instance }: Pick<Opened, 'instance'>): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run(SESSION_SETTINGS.join('; '));
  return connection;
}
