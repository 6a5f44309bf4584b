import { KindIcon } from '#components/data-grid/kind-icon.tsx';
import { ScrollArea } from '#components/ui/scroll-area.tsx';
import type { Schema } from '#lib/sql/schema.ts';

/** Names and types of columns, in order. */
export function SchemaTable({ schema }: { schema: Schema }) {
  return (
    <ScrollArea label="Schema" className="h-full">
      <table className="w-full text-13">
        <thead className="sticky top-0 bg-surface-2">
          <tr className="caption border-b border-line text-left">
            <th scope="col" className="h-7 w-10 pl-3 text-right font-medium">
              #
            </th>
            <th scope="col" className="px-3 font-medium">
              Column
            </th>
            <th scope="col" className="px-3 font-medium">
              Type
            </th>
          </tr>
        </thead>
        <tbody>
          {schema.map((column, index) => (
            <tr key={column.name} className="h-7 border-b border-line/60">
              <td className="data-text pl-3 text-right text-ink-3">{index + 1}</td>
              <td className="px-3 whitespace-pre">{column.name}</td>
              <td className="px-3">
                <span className="data-text flex items-center gap-1.5 text-ink-2">
                  <KindIcon type={column.type} />
                  {column.type}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
