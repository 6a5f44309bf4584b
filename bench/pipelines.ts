import type { Tables } from './data.ts';
import {
  aggregate,
  destination,
  filter,
  join,
  limit,
  mutate,
  order,
  pick,
  source,
  sql,
  union,
  type Sketch,
} from './sketch.ts';

/** The same work twice: as a pipeline, and as the one query that a person would write for it. */
export interface Pipeline {
  name: string;
  sketch: Sketch;
  /** Written out by both sides in this format. */
  format: 'parquet' | 'csv';
  /** True where the pipeline's destination promises an order; the query then keeps rows in order as well. */
  ordered: boolean;
  query: string;
}

export function pipelines(tables: Tables): Pipeline[] {
  return [
    ...chains(tables),
    ...flightPipelines(tables),
    ...stars(tables),
    ...diamonds(tables),
    ...unions(tables),
    ...windows(tables),
  ];
}

const OUT = 'out/pipeline.parquet';
const out = destination(OUT);

function chains({ lineitem, orders }: Tables): Pipeline[] {
  return [
    {
      name: 'chain of ten to an aggregate',
      format: 'parquet',
      ordered: true,
      sketch: {
        nodes: {
          lineitem: source(lineitem),
          shipped: filter("l_shipdate < DATE '1998-09-02'"),
          net: mutate({ net: 'l_extendedprice * (1 - l_discount)' }),
          charged: mutate({ charge: 'net * (1 + l_tax)' }),
          few: pick(
            'l_returnflag',
            'l_linestatus',
            'l_quantity',
            'l_extendedprice',
            'net',
            'charge',
            'l_discount',
          ),
          dear: filter('charge > 1000'),
          totals: aggregate(['l_returnflag', 'l_linestatus'], {
            quantity: 'avg l_quantity',
            price: 'sum l_extendedprice',
            net: 'sum net',
            charge: 'sum charge',
            lines: 'count',
          }),
          sorted: order('l_returnflag', 'l_linestatus'),
          out,
        },
        edges: ['lineitem > shipped > net > charged > few > dear > totals > sorted > out'],
      },
      query: `SELECT l_returnflag, l_linestatus, avg(l_quantity) AS quantity, sum(l_extendedprice) AS price,
          sum(l_extendedprice * (1 - l_discount)) AS net, sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) AS charge, count(*) AS lines
        FROM '${lineitem}'
        WHERE l_shipdate < DATE '1998-09-02' AND l_extendedprice * (1 - l_discount) * (1 + l_tax) > 1000
        GROUP BY ALL ORDER BY l_returnflag, l_linestatus`,
    },
    {
      name: 'chain that writes most of its rows',
      format: 'parquet',
      ordered: true,
      sketch: {
        nodes: {
          orders: source(orders),
          open: filter("o_orderstatus <> 'P'"),
          priced: mutate({ net: 'round(o_totalprice / 1.19, 2)', month: "date_trunc('month', o_orderdate)" }),
          recent: filter("o_orderdate >= DATE '1993-01-01'"),
          few: pick('o_orderkey', 'o_custkey', 'month', 'net', 'o_orderpriority'),
          out,
        },
        edges: ['orders > open > priced > recent > few > out'],
      },
      query: `SELECT o_orderkey, o_custkey, date_trunc('month', o_orderdate) AS month, round(o_totalprice / 1.19, 2) AS net, o_orderpriority
        FROM '${orders}' WHERE o_orderstatus <> 'P' AND o_orderdate >= DATE '1993-01-01'`,
    },
    {
      name: 'selective filter over Parquet',
      format: 'parquet',
      ordered: true,
      sketch: {
        nodes: {
          lineitem: source(lineitem),
          few: filter('l_orderkey BETWEEN 700000 AND 701000'),
          net: mutate({ net: 'l_extendedprice * (1 - l_discount)' }),
          out,
        },
        edges: ['lineitem > few > net > out'],
      },
      query: `SELECT *, l_extendedprice * (1 - l_discount) AS net FROM '${lineitem}' WHERE l_orderkey BETWEEN 700000 AND 701000`,
    },
    {
      name: 'top hundred of a filtered table',
      format: 'parquet',
      ordered: true,
      sketch: {
        nodes: {
          orders: source(orders),
          urgent: filter("o_orderpriority = '1-URGENT'"),
          dearest: order('o_totalprice desc', 'o_orderkey'),
          top: limit(100),
          out,
        },
        edges: ['orders > urgent > dearest > top > out'],
      },
      query: `SELECT * FROM '${orders}' WHERE o_orderpriority = '1-URGENT' ORDER BY o_totalprice DESC, o_orderkey LIMIT 100`,
    },
  ];
}

function flightPipelines({ flights }: Tables): Pipeline[] {
  return [
    {
      name: 'flights: minutes lost by airport',
      format: 'parquet',
      ordered: true,
      sketch: {
        nodes: {
          flights: source(flights),
          late: filter('delay > 15'),
          timed: mutate({ hours: 'delay / 60.0', weekday: 'dayofweek(date)' }),
          short: filter('distance < 1500'),
          byAirport: aggregate(['origin', 'weekday'], {
            hours: 'sum hours',
            flights: 'count',
            worst: 'max delay',
          }),
          busy: filter('flights > 100'),
          sorted: order('hours desc', 'origin', 'weekday'),
          out,
        },
        edges: ['flights > late > timed > short > byAirport > busy > sorted > out'],
      },
      query: `SELECT origin, dayofweek(date) AS weekday, sum(delay / 60.0) AS hours, count(*) AS flights, max(delay) AS worst
        FROM '${flights}' WHERE delay > 15 AND distance < 1500 GROUP BY ALL HAVING count(*) > 100 ORDER BY hours DESC, origin, weekday`,
    },
    {
      name: 'flights: late ones to CSV',
      format: 'csv',
      ordered: true,
      sketch: {
        nodes: {
          flights: source(flights),
          late: filter('delay > 60'),
          timed: mutate({ hours: 'round(delay / 60.0, 1)' }),
          out: destination('out/pipeline.csv'),
        },
        edges: ['flights > late > timed > out'],
      },
      query: `SELECT *, round(delay / 60.0, 1) AS hours FROM '${flights}' WHERE delay > 60`,
    },
  ];
}

function stars({ lineitem, orders, customer, nation, part, supplier }: Tables): Pipeline[] {
  return [
    {
      name: 'star of four joins',
      format: 'parquet',
      ordered: true,
      sketch: {
        nodes: {
          orders: source(orders),
          customer: source(customer),
          nation: source(nation),
          lineitem: source(lineitem),
          withCustomer: join('o_custkey', 'c_custkey'),
          withNation: join('c_nationkey', 'n_nationkey'),
          lines: join('l_orderkey', 'o_orderkey'),
          net: mutate({ net: 'l_extendedprice * (1 - l_discount)' }),
          byNation: aggregate(['n_name'], { net: 'sum net', lines: 'count' }),
          sorted: order('n_name'),
          out,
        },
        edges: [
          'orders > withCustomer.left',
          'customer > withCustomer.right',
          'withCustomer > withNation.left',
          'nation > withNation.right',
          'lineitem > lines.left',
          'withNation > lines.right',
          'lines > net > byNation > sorted > out',
        ],
      },
      query: `SELECT n_name, sum(l_extendedprice * (1 - l_discount)) AS net, count(*) AS lines
        FROM '${lineitem}' JOIN '${orders}' ON l_orderkey = o_orderkey JOIN '${customer}' ON o_custkey = c_custkey JOIN '${nation}' ON c_nationkey = n_nationkey
        GROUP BY n_name ORDER BY n_name`,
    },
    {
      name: 'star with selective dimensions',
      format: 'parquet',
      ordered: false,
      sketch: {
        nodes: {
          lineitem: source(lineitem),
          part: source(part),
          supplier: source(supplier),
          steel: filter("p_type = 'STEEL' AND p_size < 10"),
          near: filter('s_nationkey < 5'),
          lines: join('l_partkey', 'p_partkey'),
          supplied: join('l_suppkey', 's_suppkey'),
          byBrand: aggregate(['p_brand'], { price: 'sum l_extendedprice', lines: 'count' }),
          out,
        },
        edges: [
          'part > steel',
          'supplier > near',
          'lineitem > lines.left',
          'steel > lines.right',
          'lines > supplied.left',
          'near > supplied.right',
          'supplied > byBrand > out',
        ],
      },
      query: `SELECT p_brand, sum(l_extendedprice) AS price, count(*) AS lines
        FROM '${lineitem}' JOIN '${part}' ON l_partkey = p_partkey JOIN '${supplier}' ON l_suppkey = s_suppkey
        WHERE p_type = 'STEEL' AND p_size < 10 AND s_nationkey < 5 GROUP BY p_brand`,
    },
    {
      name: 'customers without late orders',
      format: 'parquet',
      ordered: false,
      sketch: {
        nodes: {
          customer: source(customer),
          orders: source(orders),
          late: filter("o_orderdate > DATE '1997-01-01'"),
          quiet: join('c_custkey', 'o_custkey', 'anti'),
          bySegment: aggregate(['c_mktsegment'], { customers: 'count', balance: 'sum c_acctbal' }),
          out,
        },
        edges: ['orders > late', 'customer > quiet.left', 'late > quiet.right', 'quiet > bySegment > out'],
      },
      query: `SELECT c_mktsegment, count(*) AS customers, sum(c_acctbal) AS balance FROM '${customer}'
        WHERE NOT EXISTS (SELECT 1 FROM '${orders}' WHERE o_custkey = c_custkey AND o_orderdate > DATE '1997-01-01') GROUP BY c_mktsegment`,
    },
  ];
}

function diamonds({ flights, lineitem, orders }: Tables): Pipeline[] {
  return [
    {
      name: 'diamond: departures and arrivals',
      format: 'parquet',
      ordered: true,
      sketch: {
        nodes: {
          flights: source(flights),
          late: filter('delay > 0'),
          departures: aggregate(['origin'], { departed: 'count', lost: 'sum delay' }),
          arrivals: aggregate(['destination'], { arrived: 'count', waited: 'sum delay' }),
          airports: join('origin', 'destination'),
          sorted: order('origin'),
          out,
        },
        edges: [
          'flights > late > departures > airports.left',
          'late > arrivals > airports.right',
          'airports > sorted > out',
        ],
      },
      query: `WITH late AS (FROM '${flights}' WHERE delay > 0),
          departures AS (SELECT origin, count(*) AS departed, sum(delay) AS lost FROM late GROUP BY origin),
          arrivals AS (SELECT destination, count(*) AS arrived, sum(delay) AS waited FROM late GROUP BY destination)
        SELECT origin, departed, CAST(lost AS DECIMAL(38, 0)) AS lost, destination, arrived, CAST(waited AS DECIMAL(38, 0)) AS waited
        FROM departures JOIN arrivals ON origin = destination ORDER BY origin`,
    },
    {
      name: 'diamond: orders against their own average',
      format: 'parquet',
      ordered: false,
      sketch: {
        nodes: {
          orders: source(orders),
          lineitem: source(lineitem),
          lines: join('l_orderkey', 'o_orderkey'),
          byPriority: aggregate(['o_orderpriority'], { usual: 'avg l_extendedprice' }),
          compared: join('o_orderpriority', 'o_orderpriority'),
          dear: filter('l_extendedprice > 1.9 * usual'),
          byMode: aggregate(['l_shipmode'], { lines: 'count', price: 'sum l_extendedprice' }),
          out,
        },
        edges: [
          'lineitem > lines.left',
          'orders > lines.right',
          'lines > byPriority > compared.right',
          'lines > compared.left',
          'compared > dear > byMode > out',
        ],
      },
      query: `WITH lines AS (SELECT l_shipmode, l_extendedprice, o_orderpriority FROM '${lineitem}' JOIN '${orders}' ON l_orderkey = o_orderkey),
          usual AS (SELECT o_orderpriority, avg(l_extendedprice) AS usual FROM lines GROUP BY o_orderpriority)
        SELECT l_shipmode, count(*) AS lines, sum(l_extendedprice) AS price FROM lines JOIN usual USING (o_orderpriority)
        WHERE l_extendedprice > 1.9 * usual GROUP BY l_shipmode`,
    },
  ];
}

function unions({ flights, lineitem }: Tables): Pipeline[] {
  const airports = ['ATL', 'ORD', 'DFW', 'LAX', 'PHX', 'IAH', 'DEN', 'LAS', 'DTW', 'SFO'];
  const modes = ['AIR', 'RAIL', 'SHIP', 'TRUCK'];
  const rates = [1, 1.2, 0.8, 1.5];
  return [
    {
      name: 'wide union of ten filters',
      format: 'parquet',
      ordered: false,
      sketch: {
        nodes: {
          flights: source(flights),
          ...Object.fromEntries(airports.map((code) => [`at${code}`, filter(`origin = '${code}'`)])),
          all: union(),
          byRoute: aggregate(['origin', 'destination'], { flights: 'count', delay: 'avg delay' }),
          out,
        },
        edges: [...airports.map((code) => `flights > at${code} > all`), 'all > byRoute > out'],
      },
      query: `SELECT origin, destination, count(*) AS flights, avg(delay) AS delay FROM (${airports
        .map((code) => `SELECT * FROM '${flights}' WHERE origin = '${code}'`)
        .join(' UNION ALL ')}) GROUP BY ALL`,
    },
    {
      name: 'union of four computed branches, written out',
      format: 'parquet',
      ordered: false,
      sketch: {
        nodes: {
          lineitem: source(lineitem),
          small: filter('l_quantity <= 5'),
          ...Object.fromEntries(modes.map((mode) => [`by${mode}`, filter(`l_shipmode = '${mode}'`)])),
          ...Object.fromEntries(
            modes.map((mode, index) => [`cost${mode}`, mutate({ freight: `l_quantity * ${rates[index]}` })]),
          ),
          all: union(),
          few: pick('l_orderkey', 'l_linenumber', 'l_shipmode', 'freight'),
          out,
        },
        edges: [
          'lineitem > small',
          ...modes.map((mode) => `small > by${mode} > cost${mode} > all`),
          'all > few > out',
        ],
      },
      query: `WITH small AS (FROM '${lineitem}' WHERE l_quantity <= 5) ${modes
        .map(
          (mode, index) =>
            `SELECT l_orderkey, l_linenumber, l_shipmode, l_quantity * ${rates[index]} AS freight FROM small WHERE l_shipmode = '${mode}'`,
        )
        .join(' UNION ALL ')}`,
    },
  ];
}

function windows({ orders, flights, customer }: Tables): Pipeline[] {
  return [
    {
      name: 'window: the three largest orders of each customer',
      format: 'parquet',
      ordered: false,
      sketch: {
        nodes: {
          orders: source(orders),
          ranked: [
            'window',
            {
              columns: [
                {
                  name: 'rank',
                  expression: 'row_number()',
                  partitionBy: ['o_custkey'],
                  orderBy: [{ column: 'o_totalprice', direction: 'desc' }, { column: 'o_orderkey' }],
                },
              ],
            },
          ],
          top: filter('rank <= 3'),
          customer: source(customer),
          named: join('o_custkey', 'c_custkey'),
          few: pick('c_name', 'o_orderkey', 'o_totalprice', 'rank'),
          out,
        },
        edges: ['orders > ranked > top > named.left', 'customer > named.right', 'named > few > out'],
      },
      query: `WITH ranked AS (SELECT *, row_number() OVER (PARTITION BY o_custkey ORDER BY o_totalprice DESC, o_orderkey) AS rank FROM '${orders}')
        SELECT c_name, o_orderkey, o_totalprice, rank FROM ranked JOIN '${customer}' ON o_custkey = c_custkey WHERE rank <= 3`,
    },
    {
      name: 'window: running delay of each airport',
      format: 'parquet',
      ordered: false,
      sketch: {
        nodes: {
          flights: source(flights),
          late: filter('delay > 30'),
          running: [
            'window',
            {
              columns: [
                {
                  name: 'total',
                  expression: 'sum(delay)',
                  partitionBy: ['origin'],
                  orderBy: [{ column: 'date' }],
                },
              ],
            },
          ],
          out,
        },
        edges: ['flights > late > running > out'],
      },
      query: `SELECT *, CAST(sum(delay) OVER (PARTITION BY origin ORDER BY date) AS DECIMAL(38, 0)) AS total FROM '${flights}' WHERE delay > 30`,
    },
    {
      name: 'a query of a person between two nodes',
      format: 'parquet',
      ordered: false,
      sketch: {
        nodes: {
          orders: source(orders),
          customer: source(customer),
          recent: filter("o_orderdate >= DATE '1995-01-01'"),
          revenue: sql(
            'SELECT c_mktsegment, year(o_orderdate) AS year, sum(o_totalprice) AS revenue FROM recent JOIN customer ON o_custkey = c_custkey GROUP BY ALL',
          ),
          large: filter('revenue > 1000'),
          out,
        },
        edges: ['orders > recent > revenue', 'customer > revenue > large > out'],
      },
      query: `SELECT c_mktsegment, year(o_orderdate) AS year, sum(o_totalprice) AS revenue FROM '${orders}' JOIN '${customer}' ON o_custkey = c_custkey
        WHERE o_orderdate >= DATE '1995-01-01' GROUP BY ALL HAVING sum(o_totalprice) > 1000`,
    },
  ];
}
