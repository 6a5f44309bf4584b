import { describe, expect, it } from 'vitest';
import { checkImport, copyName, exportFileName } from './import-document.ts';

describe('importing', () => {
  it('takes a pipeline as text', () => {
    const { document, faults } = checkImport('version: 1\nname: Tiny\nnodes: []\nedges: []\n');
    expect(faults).toEqual([]);
    expect(document?.name).toBe('Tiny');
  });

  it('says where a text is broken', () => {
    const { document, faults } = checkImport('version: 1\nname: [unclosed\n');
    expect(document).toBeNull();
    expect(faults[0]?.place?.line).toBeGreaterThan(0);
  });

  it('expects nothing of an empty field', () => {
    expect(checkImport('  \n')).toEqual({ document: null, faults: [] });
  });
});

describe('names', () => {
  it('finds a free name for a copy, also of a copy', () => {
    expect(copyName('A', [])).toBe('A (copy)');
    expect(copyName('A', ['A (copy)'])).toBe('A (copy 2)');
    expect(copyName('A (copy)', ['A (copy)', 'A (copy 2)'])).toBe('A (copy 3)');
  });

  it('makes a file name that any system takes', () => {
    expect(exportFileName('Revenue: by région / Q1')).toBe('revenue-by-région-q1.yaml');
    expect(exportFileName('***')).toBe('pipeline.yaml');
  });
});
