import { CodeXml, Database, Save, Workflow, type LucideIcon } from 'lucide-react';
import type { NodeKind } from '#lib/nodes/define.ts';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import { cn } from '#components/ui/cn.ts';
import * as icons from './node-icons.ts';

const ICONS: Readonly<Record<string, LucideIcon>> = icons;

/** For a type whose icon is not known. */
const KIND_ICONS: Record<NodeKind, LucideIcon> = {
  source: Database,
  transform: Workflow,
  code: CodeXml,
  destination: Save,
};

/** The colour of a kind: source, transform, code, destination. Always beside an icon or a word. */
export const KIND_LOOKS: Record<
  NodeKind,
  { text: string; fill: string; tint: string; colour: string; heading: string }
> = {
  source: {
    text: 'text-data-source',
    fill: 'bg-data-source',
    tint: 'bg-data-source/10',
    colour: 'var(--data-source)',
    heading: 'Sources',
  },
  transform: {
    text: 'text-data-transform',
    fill: 'bg-data-transform',
    tint: 'bg-data-transform/10',
    colour: 'var(--data-transform)',
    heading: 'Transforms',
  },
  code: {
    text: 'text-data-code',
    fill: 'bg-data-code',
    tint: 'bg-data-code/10',
    colour: 'var(--data-code)',
    heading: 'Code',
  },
  destination: {
    text: 'text-data-destination',
    fill: 'bg-data-destination',
    tint: 'bg-data-destination/10',
    colour: 'var(--data-destination)',
    heading: 'Destinations',
  },
};

const pascal = (name: string) =>
  name.replaceAll(/(?:^|-)([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());

/** Whether an icon of that name (`arrow-down-up`) can be shown. */
export const isKnownIcon = (name: string): boolean => pascal(name) in ICONS;

/** A node type's own icon, in the colour of its kind. */
export function NodeIcon({ type, className }: { type: string; className?: string }) {
  const definition = definitionOf(type);
  const kind = definition?.kind ?? 'transform';
  const Icon = ICONS[pascal(definition?.icon ?? '')] ?? KIND_ICONS[kind];
  return <Icon aria-hidden className={cn('size-4 shrink-0', KIND_LOOKS[kind].text, className)} />;
}
