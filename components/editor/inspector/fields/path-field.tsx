'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import { useRef } from 'react';
import { formatBytes } from '#components/format/numbers.ts';
import { queryKeys } from '#components/hooks/query-keys.ts';
import { Combobox } from '#components/ui/combobox.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { callApi } from '#lib/contracts/client.ts';
import { uploadWithToast } from '../../actions/file-drop.ts';

export interface PathFieldProps {
  id?: string | undefined;
  'aria-label'?: string | undefined;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
  disabled: boolean;
}

/** A file of the workspace: chosen, typed (also a pattern), or uploaded. */
export function PathField({ value, onChange, placeholder, disabled, ...labelled }: PathFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const client = useQueryClient();
  const files = useQuery({
    queryKey: queryKeys.files,
    queryFn: ({ signal }) => callApi('listFiles', { signal }),
  });
  const upload = async (file: File | undefined) => {
    const path = file ? await uploadWithToast(file) : null;
    if (path === null) return;
    onChange(path);
    await client.invalidateQueries({ queryKey: queryKeys.files });
  };
  return (
    <div className="flex gap-1">
      <Combobox
        {...labelled}
        value={value}
        onValueChange={onChange}
        options={(files.data?.files ?? []).map((file) => ({
          value: file.path,
          label: file.path,
          aside: <span className="tnum text-12 text-ink-3">{formatBytes(file.sizeBytes)}</span>,
        }))}
        placeholder={placeholder}
        searchPlaceholder="Search, or type a path…"
        empty={files.isPending ? 'Loading…' : 'No file is called that.'}
        allowCustom
        disabled={disabled}
      />
      <IconButton
        variant="secondary"
        label="Upload a file"
        disabled={disabled}
        onClick={() => input.current?.click()}
      >
        <Upload aria-hidden />
      </IconButton>
      <input
        ref={input}
        type="file"
        className="hidden"
        aria-hidden
        tabIndex={-1}
        onChange={(event) => {
          void upload(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
    </div>
  );
}
