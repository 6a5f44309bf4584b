import type { NodeDefinition } from '#lib/nodes/define.ts';

/** Definitions that fit every word of a search, those whose title begins with it first. */
export function findDefinitions(definitions: readonly NodeDefinition[], search: string): NodeDefinition[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...definitions];
  const ranked = definitions.flatMap((definition) => {
    const title = definition.title.toLowerCase();
    const text = [title, definition.type, ...definition.keywords, definition.description]
      .join(' ')
      .toLowerCase();
    if (!words.every((word) => text.includes(word))) return [];
    const rank = title.startsWith(words.join(' ')) ? 0 : words.every((word) => title.includes(word)) ? 1 : 2;
    return [{ definition, rank }];
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ definition }) => definition);
}
