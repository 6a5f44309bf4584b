'use client';

import { useState } from 'react';
import { formatCount } from '#components/format/numbers.ts';
import type { ColumnProfile, Profile } from '#lib/contracts/profile.ts';
import { Facts } from '../facts.tsx';
import { Histogram, QuantileRail } from './histogram.tsx';
import { bucketText, distinctText, shareText, valueText } from './profile-words.ts';
import { TopValues } from './top-values.tsx';

/** All that is known of a column: its shape in full, its numbers, its most frequent values. */
export function ProfileDetail({ column, profile }: { column: ColumnProfile; profile: Profile }) {
  const { top, histogram } = column;
  return (
    <div className="grid gap-x-8 gap-y-4 border-t border-line/70 bg-surface-0 px-3 py-3 @3xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)] @3xl:pl-9">
      <div className="flex min-w-0 flex-col gap-4">
        {histogram ? <LargeHistogram column={column} basis={profile.basis.rows} /> : null}
        <Facts facts={factsOf(column, profile)} />
      </div>
      {top && top.length > 0 ? (
        <div className="flex min-w-0 flex-col gap-1.5">
          <p className="caption">Most frequent</p>
          <TopValues top={top} basis={profile.basis.rows} exact={!profile.basis.sampled} most={8} />
          <Others column={column} profile={profile} />
        </div>
      ) : null}
    </div>
  );
}

function LargeHistogram({ column, basis }: { column: ColumnProfile; basis: number }) {
  const [active, setActive] = useState<number | null>(null);
  const { histogram, min, max } = column;
  if (!histogram) return null;
  const bucket = active === null ? undefined : histogram[active];
  const isWide = histogram.length >= 12;
  return (
    <figure className="flex flex-col gap-1">
      <Histogram buckets={histogram} active={active} onActive={setActive} heightPx={96} />
      {isWide ? <QuantileRail column={column} /> : null}
      <figcaption className="tnum flex h-4 justify-between text-12 text-ink-3">
        {bucket ? (
          <span className="text-ink-1">{bucketText(bucket, basis)}</span>
        ) : (
          <>
            <span>{valueText(min)}</span>
            {isWide ? <span>{valueText(max)}</span> : null}
          </>
        )}
      </figcaption>
    </figure>
  );
}

function factsOf(column: ColumnProfile, { rows }: Profile): (readonly [string, React.ReactNode])[] {
  const { notFinite, lengths, quantiles } = column;
  const quantile = (at: number) => quantiles?.find((each) => each.at === at)?.value ?? null;
  const pair = (low: number, high: number) =>
    quantiles ? `${valueText(quantile(low))} – ${valueText(quantile(high))}` : null;
  return [
    ['Type', <code key="type">{column.type}</code>],
    ['NULL', `${formatCount(column.nulls)} of ${formatCount(rows)} (${shareText(column.nulls, rows)})`],
    ['Distinct', distinctText(column)],
    ['Least', column.min === null ? null : valueText(column.min)],
    ['Greatest', column.max === null ? null : valueText(column.max)],
    ['Mean', column.mean === null ? null : valueText(column.mean)],
    ['Median', quantiles ? valueText(quantile(0.5)) : null],
    ['Middle half', pair(0.25, 0.75)],
    ['5 % to 95 %', pair(0.05, 0.95)],
    ['NaN', notFinite && notFinite.nan > 0 ? formatCount(notFinite.nan) : null],
    ['Infinite', infiniteText(notFinite)],
    [
      column.kind === 'nested' ? 'Items' : column.kind === 'text' ? 'Characters' : 'Bytes',
      lengths ? lengthsText(lengths) : null,
    ],
  ];
}

function lengthsText({ min, mean, max }: NonNullable<ColumnProfile['lengths']>): string {
  if (min === max) return formatCount(max);
  return `${formatCount(min)} – ${formatCount(max)}, ${valueText(Number(mean.toFixed(1)))} on average`;
}

function infiniteText(notFinite: ColumnProfile['notFinite']): string | null {
  if (!notFinite) return null;
  const parts = [
    notFinite.positive > 0 ? `${formatCount(notFinite.positive)} × ∞` : '',
    notFinite.negative > 0 ? `${formatCount(notFinite.negative)} × −∞` : '',
  ];
  return parts.filter(Boolean).join(', ') || null;
}

function Others({ column, profile }: { column: ColumnProfile; profile: Profile }) {
  const shown = (column.top ?? []).reduce((sum, { rows }) => sum + rows, 0);
  const nulls = profile.rows === 0 ? 0 : (column.nulls / profile.rows) * profile.basis.rows;
  const rest = profile.basis.rows - shown - nulls;
  if (rest < profile.basis.rows * 0.005) return null;
  return <p className="tnum px-1.5 text-12 text-ink-3">all others {shareText(rest, profile.basis.rows)}</p>;
}
