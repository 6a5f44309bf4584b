'use client';

import { useEffect } from 'react';
import { signInHref } from '#components/hooks/query-client.ts';

/** Leads to the door, and back here afterwards. */
export function ToSignIn() {
  useEffect(() => {
    window.location.replace(signInHref());
  }, []);
  return <p className="p-8 text-ink-3">One moment…</p>;
}
