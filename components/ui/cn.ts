import { clsx, type ClassValue } from 'clsx';
import { extendTailwindMerge } from 'tailwind-merge';

// Our scale has names that tailwind-merge does not know: without this it would take `text-13` for a colour.
const merge = extendTailwindMerge({
  extend: {
    classGroups: {
      'font-size': [{ text: ['12', '13', '14', '16', '20', '28'] }],
      rounded: [{ rounded: ['control', 'panel'] }],
      shadow: [{ shadow: ['float'] }],
    },
  },
});

/** Joins class names; of two that set the same property the later one wins. */
export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes));
}
