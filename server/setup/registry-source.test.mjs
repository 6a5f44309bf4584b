import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { registrySources } from './registry-source.mjs';

const folders = [
  { type: 'fill-missing', hasForm: true, hasServer: false, docs: 'Says `x` and ${y}, "quoted".\n' },
  { type: 'file-source', hasForm: false, hasServer: true, docs: '# File' },
];
const sources = registrySources(folders);

/** @param {string} name */
const source = (name) => sources[name] ?? '';

describe('generated registries', () => {
  test.each(Object.keys(sources))('%s is TypeScript without syntax errors', (name) => {
    const { diagnostics } = ts.transpileModule(source(name), {
      fileName: name,
      reportDiagnostics: true,
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext },
    });
    expect(diagnostics?.map(({ messageText }) => messageText)).toEqual([]);
  });

  test('every type has a definition and a compiler, under its folder name', () => {
    expect(source('definitions.ts')).toContain(
      "import { definition as fillMissing } from '../fill-missing/definition.ts'",
    );
    expect(source('compilers.ts')).toContain("'file-source': fileSource");
  });

  test('only folders with a form or an executor are in those maps', () => {
    expect(source('forms.tsx')).toContain("lazy(() => import('../fill-missing/form.tsx'))");
    expect(source('forms.tsx')).not.toContain('file-source');
    expect(source('server.ts')).toContain('../file-source/execute.server.ts');
    expect(source('server.ts')).not.toContain('fill-missing');
  });

  test('forms are for the browser from the first line', () => {
    expect(source('forms.tsx').startsWith("'use client';")).toBe(true);
  });

  test('a help text keeps every character', async () => {
    const { outputText } = ts.transpileModule(source('docs.ts'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext },
    });
    const { docs } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
    expect(docs['fill-missing']).toBe('Says `x` and ${y}, "quoted".');
  });
});
