import { Fragment, type ReactNode } from 'react';

/**
 * The little Markdown that help texts are written in: headings, paragraphs, lists, tables, fenced code, `code`,
 * **bold**. Everything becomes text and elements of our own, never markup from the source.
 */
export function HelpText({ markdown }: { markdown: string }) {
  return (
    <div className="flex flex-col gap-2 text-13 text-ink-2">
      {blocksOf(markdown).map((block, index) => (
        <Block key={index} text={block} />
      ))}
    </div>
  );
}

/** Blocks are parted by empty lines, except inside fences. */
function blocksOf(markdown: string): string[] {
  const blocks: string[] = [];
  let current: string[] = [];
  let fenced = false;
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) fenced = !fenced;
    if (!fenced && line.trim() === '') {
      if (current.length > 0) blocks.push(current.join('\n'));
      current = [];
    } else current.push(line);
  }
  return current.length > 0 ? [...blocks, current.join('\n')] : blocks;
}

function Block({ text }: { text: string }) {
  if (text.startsWith('```'))
    return (
      <pre className="data-text overflow-x-auto rounded-control bg-surface-2 p-2 text-ink-1" tabIndex={0}>
        {text.replace(/^```.*\n/, '').replace(/\n?```$/, '')}
      </pre>
    );
  const heading = /^(#{1,4})\s+(.*)/.exec(text);
  if (heading) {
    const rest = text.slice(heading[0].length).trim();
    return (
      <>
        <h3 className="mt-1 text-13 font-semibold text-ink-1">{inline(heading[2] ?? '')}</h3>
        {rest ? <Block text={rest} /> : null}
      </>
    );
  }
  const lines = text.split('\n');
  if (lines.every((line) => /^(\s*[-*]|\s*\d+\.|\s{2,})\s/.test(line))) return <List lines={lines} />;
  if (lines.length > 1 && lines.every((line) => line.trim().startsWith('|'))) return <Table lines={lines} />;
  return <p>{inline(lines.join(' '))}</p>;
}

function List({ lines }: { lines: readonly string[] }) {
  const items: string[] = [];
  for (const line of lines) {
    const item = /^\s*(?:[-*]|\d+\.)\s+(.*)/.exec(line);
    if (item) items.push(item[1] ?? '');
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  return (
    <ul className="flex list-disc flex-col gap-1 pl-4">
      {items.map((item, index) => (
        <li key={index}>{inline(item)}</li>
      ))}
    </ul>
  );
}

function Table({ lines }: { lines: readonly string[] }) {
  const [head = [], ...rows] = lines
    .filter((line) => !/^\s*\|[\s|:-]+\|\s*$/.test(line))
    .map((line) =>
      line
        .trim()
        .replace(/^\||\|$/g, '')
        .split('|')
        .map((cell) => cell.trim()),
    );
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Table">
      <table className="w-full text-left text-12">
        <thead>
          <tr>
            {head.map((cell, index) => (
              <th key={index} className="border-b border-line-strong py-1 pr-3 font-medium text-ink-1">
                {inline(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, index) => (
                <td key={index} className="border-b border-line py-1 pr-3 align-top">
                  {inline(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inline(text: string): ReactNode[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part, index) => {
    if (part.startsWith('`'))
      return (
        <code key={index} className="rounded-[4px] bg-surface-2 px-1 text-12 text-ink-1">
          {part.slice(1, -1)}
        </code>
      );
    if (part.startsWith('**'))
      return (
        <strong key={index} className="font-semibold text-ink-1">
          {part.slice(2, -2)}
        </strong>
      );
    return <Fragment key={index}>{part}</Fragment>;
  });
}
