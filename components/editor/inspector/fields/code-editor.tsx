'use client';

import { setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorView, placeholder as placeholderOf } from '@codemirror/view';
import CodeMirror from '@uiw/react-codemirror';
import { useEffect, useMemo, useState } from 'react';
import { plainExtensions, sqlExtensions, type SqlNames } from './sql-language.ts';

/** A finding inside the text; without an offset it is about the whole of it. */
export interface TextFault {
  offset: number | undefined;
  severity: 'error' | 'warning';
  message: string;
}

export interface CodeEditorProps {
  value: string;
  onChange: (value: string) => void;
  /** Null for code that is not SQL. */
  names: SqlNames | null;
  faults: readonly TextFault[];
  label: string;
  placeholder: string;
  minLines: number;
  readOnly: boolean;
  describedBy?: string | undefined;
}

/** A text editor with completion and inline faults. Heavy: load it by `CodeField`. */
export default function CodeEditor(props: CodeEditorProps) {
  const { value, onChange, names, faults, label, placeholder, minLines, readOnly, describedBy } = props;
  const [view, setView] = useState<EditorView | null>(null);
  const namesKey = JSON.stringify(names);
  const extensions = useMemo(
    () => [
      ...(namesKey === 'null' ? plainExtensions() : sqlExtensions(JSON.parse(namesKey) as SqlNames)),
      placeholderOf(placeholder),
      EditorView.contentAttributes.of({
        'aria-label': label,
        ...(describedBy === undefined ? {} : { 'aria-describedby': describedBy }),
      }),
    ],
    [namesKey, placeholder, label, describedBy],
  );
  useEffect(() => {
    if (view)
      view.dispatch(
        setDiagnostics(
          view.state,
          faults.map((fault) => diagnosticOf(fault, view.state.doc.toString())),
        ),
      );
  }, [view, faults, value]);
  return (
    <CodeMirror
      value={value}
      onChange={onChange}
      onCreateEditor={setView}
      extensions={extensions}
      theme="none"
      basicSetup={false}
      indentWithTab={false}
      readOnly={readOnly}
      minHeight={`${minLines * 18 + 8}px`}
      maxHeight="420px"
    />
  );
}

/** Underlines the word at the offset; a fault of the whole text underlines nothing but is still told. */
function diagnosticOf({ offset, severity, message }: TextFault, text: string): Diagnostic {
  if (offset === undefined) return { from: 0, to: 0, severity, message };
  const from = Math.min(offset, text.length);
  const word = /^[\p{L}\p{N}_]+|^\S/u.exec(text.slice(from))?.[0].length ?? 0;
  return { from, to: Math.min(text.length, from + Math.max(word, 1)), severity, message };
}
