import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

/** A list of things in columns; for rows of data use DataGrid. */
export function Table({ className, ...props }: ComponentProps<'table'>) {
  return <table className={cn('w-full text-13', className)} {...props} />;
}

export function TableHead({ className, ...props }: ComponentProps<'thead'>) {
  return <thead className={cn('border-b border-line', className)} {...props} />;
}

export function TableBody(props: ComponentProps<'tbody'>) {
  return <tbody {...props} />;
}

export function TableRow({ className, ...props }: ComponentProps<'tr'>) {
  return (
    <tr
      className={cn(
        'group/row border-b border-line last:border-b-0 data-[interactive]:hover:bg-surface-2/60',
        className,
      )}
      {...props}
    />
  );
}

export function TableHeader({ className, ...props }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      className={cn(
        'h-8 px-3 text-left text-12 font-medium whitespace-nowrap text-ink-3 first:pl-5 last:pr-5',
        className,
      )}
      {...props}
    />
  );
}

export function TableCell({ className, ...props }: ComponentProps<'td'>) {
  return <td className={cn('h-10 px-3 align-middle first:pl-5 last:pr-5', className)} {...props} />;
}
