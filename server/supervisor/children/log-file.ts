import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/** A text file that is put aside (as `<file>.1`) when it has reached its limit, so that two of them are the most. */
export interface LogFile {
  write(text: string): void;
  close(): void;
}

/** @param limitBytes of one file; twice as much may lie on the disk. */
export function openLogFile(file: string, limitBytes = 5_000_000): LogFile {
  let descriptor = openSync(file, 'a', 0o600);
  let size = fstatSync(descriptor).size;
  return {
    write(text) {
      if (size > limitBytes) {
        closeSync(descriptor);
        renameSync(file, `${file}.1`);
        descriptor = openSync(file, 'a', 0o600);
        size = 0;
      }
      size += writeSync(descriptor, text);
    },
    close() {
      closeSync(descriptor);
    },
  };
}
