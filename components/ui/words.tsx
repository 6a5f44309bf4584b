import { Fragment } from 'react';

/** A sentence in which `backticks` mark what is typed or named exactly. Nothing else of it is markup. */
export function Words({ text }: { text: string }) {
  return text.split(/`([^`]+)`/).map((part, index) =>
    index % 2 === 1 ? (
      <code key={index} className="rounded-[4px] bg-surface-2 px-1 py-0.5 text-[0.92em]">
        {part}
      </code>
    ) : (
      <Fragment key={index}>{part}</Fragment>
    ),
  );
}
