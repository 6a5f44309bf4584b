'use client';

import { lazy, Suspense } from 'react';
import { cn } from '#components/ui/cn.ts';
import type { CodeEditorProps } from './code-editor.tsx';
import { IfNotLoaded } from './if-not-loaded.tsx';

// The editor of code is the heaviest thing of the page, and most pages of it never show one.
const CodeEditor = lazy(() => import('./code-editor.tsx'));

export type CodeFieldProps = Omit<CodeEditorProps, 'describedBy'> & {
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
  id?: string | undefined;
};

/** SQL or code in a field; takes its place at once and fills it when the editor is loaded. */
export function CodeField({
  'aria-invalid': invalid,
  'aria-describedby': describedBy,
  id,
  ...editor
}: CodeFieldProps) {
  return (
    <div
      id={id}
      className={cn(
        'min-w-0 overflow-hidden rounded-control border focus-within:outline-1',
        editor.readOnly ? 'bg-surface-2' : 'bg-surface-1',
        invalid
          ? 'border-status-failed focus-within:outline-status-failed'
          : 'border-line-strong focus-within:border-accent focus-within:outline-accent',
      )}
      style={{ minHeight: editor.minLines * 18 + 10 }}
    >
      <IfNotLoaded
        fallback={
          <textarea
            aria-label={editor.label}
            aria-describedby={describedBy}
            rows={editor.minLines}
            spellCheck={false}
            readOnly={editor.readOnly}
            value={editor.value}
            placeholder={editor.placeholder}
            onChange={(event) => {
              editor.onChange(event.target.value);
            }}
            className="data-text block w-full resize-y bg-transparent px-2 py-1 outline-none placeholder:text-ink-3"
          />
        }
      >
        <Suspense
          fallback={
            <pre className="data-text px-2 py-1 whitespace-pre-wrap text-ink-3">
              {editor.value || editor.placeholder}
            </pre>
          }
        >
          <CodeEditor {...editor} describedBy={describedBy} />
        </Suspense>
      </IfNotLoaded>
    </div>
  );
}
