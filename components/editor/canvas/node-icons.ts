/*
 * The icons that node definitions name, one by one: a page that could show every icon there is would have to load them
 * all. A type with a new icon needs it here.
 */
export {
  ArrowUpDown,
  Braces,
  Calculator,
  ChartNoAxesGantt,
  Columns3,
  CopyMinus,
  DatabaseZap,
  Dices,
  FileOutput,
  FileSpreadsheet,
  Funnel,
  Layers,
  ListEnd,
  Merge,
  PaintBucket,
  Rows3,
  Sigma,
  SquareFunction,
  Table2,
  TableProperties,
  UnfoldVertical,
} from 'lucide-react';
