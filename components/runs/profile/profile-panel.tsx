'use client';

import { ChartColumn } from 'lucide-react';
import { useState } from 'react';
import { formatPlural } from '#components/format/numbers.ts';
import { formatDuration } from '#components/format/time.ts';
import { QueryError } from '#components/shell/query-error.tsx';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { SearchInput } from '#components/ui/search-input.tsx';
import type { Profile } from '#lib/contracts/profile.ts';
import { TaskProgressPanel } from '../task-progress.tsx';
import { useProfile, type NodeOfRun } from '../use-node-task.ts';
import { basisText } from './profile-words.ts';
import { ProfileRow, ROW_GRID } from './profile-row.tsx';

/** More columns than this are looked for by name. */
const FEW_COLUMNS = 12;

/** What the rows of a node look like, column by column; made when somebody looks. */
export function ProfilePanel({ of, name }: { of: NodeOfRun; name: string }) {
  const { query, progress, cancel } = useProfile(of);
  if (query.data) return <ProfileView profile={query.data} name={name} />;
  if (query.fetchStatus !== 'idle')
    return <TaskProgressPanel label={`Profile of ${name}`} progress={progress} onCancel={cancel} />;
  if (query.error)
    return <QueryError className="m-3" error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <EmptyState
      compact
      icon={ChartColumn}
      title="Not looked at yet"
      action={
        <Button onClick={() => void query.refetch()}>
          <ChartColumn aria-hidden /> Make the profile
        </Button>
      }
    >
      It reads all rows of the node once, and is kept.
    </EmptyState>
  );
}

function ProfileView({ profile, name }: { profile: Profile; name: string }) {
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const columns = profile.columns.filter((column) => column.name.toLowerCase().includes(wanted));
  const basis = basisText(profile);
  if (profile.columns.length === 0)
    return <EmptyState compact icon={ChartColumn} title="No columns came out" />;
  return (
    <section aria-label={`Profile of ${name}`} className="@container flex h-full min-h-0 flex-col">
      <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1">
        <p className="tnum flex-1 basis-64 text-12 text-ink-3">
          <span className="text-ink-2">
            {formatPlural(profile.rows, 'row')} × {formatPlural(profile.columns.length, 'column')}
          </span>
          {' · made in '}
          {formatDuration(profile.durationMs)}
          {basis === null ? null : <> · {basis}</>}
        </p>
        {profile.columns.length > FEW_COLUMNS ? (
          <SearchInput
            label="Find a column"
            placeholder="Find a column"
            value={search}
            onValueChange={setSearch}
            className="w-36 shrink-0"
          />
        ) : null}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div
          aria-hidden
          className={cn(
            ROW_GRID,
            'caption sticky top-0 z-10 hidden h-7 border-b border-line bg-surface-2 px-3 @3xl:grid',
          )}
        >
          <span>Column</span>
          <span>NULL</span>
          <span>Distinct</span>
          <span>Shape</span>
          <span>Range</span>
        </div>
        {columns.length === 0 ? (
          <EmptyState compact title={`No column is called “${search}”`} />
        ) : (
          <ul aria-label="Columns">
            {columns.map((column) => (
              <ProfileRow key={column.name} column={column} profile={profile} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
