const MAX_LENGTH = 120;

/**
 * A safe name for a file that came with any name at all: its last part, without what is special to a file system, a
 * pattern (`*?[{`) or a pipeline's parameters (`$`). Never empty, never hidden, never a path.
 */
export function uploadName(given: string): string {
  const last = given.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  const plain = last
    .replaceAll(/[\p{C}<>:"|?*[\]{}$%]+/gu, '_')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[.\s]+/, '')
    .replace(/[.\s]+$/, '');
  const { stem, ending } = splitName(plain);
  const kept = [...stem].slice(0, MAX_LENGTH - ending.length).join('');
  return kept + ending || 'upload';
}

/** The name with a number before its ending, `orders-2.csv.gz`; number 1 leaves it alone. */
export function numberedName(name: string, number: number): string {
  if (number === 1) return name;
  const { stem, ending } = splitName(name);
  return `${stem}-${number}${ending}`;
}

/** Two endings are kept together (`.csv.gz`), since both say how to read the file. */
function splitName(name: string): { stem: string; ending: string } {
  const ending = /(\.[A-Za-z0-9]{1,10}){1,2}$/.exec(name)?.[0] ?? '';
  return ending.length < name.length
    ? { stem: name.slice(0, name.length - ending.length), ending }
    : { stem: name, ending: '' };
}
