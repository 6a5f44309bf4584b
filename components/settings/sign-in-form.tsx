'use client';

import { useSearchParams } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import { useSignIn } from '#components/hooks/use-session.ts';
import { Logo } from '#components/shell/logo.tsx';
import { Button } from '#components/ui/button.tsx';
import { ErrorPanel } from '#components/ui/error-panel.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { toErrorRecord } from '#lib/errors/app-error.ts';
import { linkError, safeNext } from './sign-in-address.ts';

/** The door: e-mail and password, and what became of a one-click link. */
export function SignInForm() {
  const params = useSearchParams();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useSignIn();
  const error = signIn.error ? toErrorRecord(signIn.error) : linkError(params.get('reason'));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate(
      { email: email.trim(), password },
      // A full load, so that nothing from before the sign-in lingers.
      {
        onSuccess: () => {
          window.location.assign(safeNext(params.get('next')));
        },
      },
    );
  };
  return (
    <main className="flex min-h-dvh items-center justify-center p-6">
      <div className="w-full max-w-80">
        <Logo className="size-9" />
        <h1 className="mt-4 text-20 font-semibold">Sign in to Sluice</h1>
        <p className="mt-1 text-13 text-ink-3">
          On this machine, the link that start-up prints signs you in with one click.
        </p>
        <form onSubmit={submit} className="mt-6 flex flex-col gap-4">
          {error ? <ErrorPanel error={error} /> : null}
          <Field label="E-mail">
            <Input
              size="md"
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={(event) => {
                setEmail(event.target.value);
              }}
              autoFocus
            />
          </Field>
          <Field label="Password">
            <Input
              size="md"
              type="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => {
                setPassword(event.target.value);
              }}
            />
          </Field>
          <Button type="submit" variant="primary" size="md" busy={signIn.isPending || signIn.isSuccess}>
            Sign in
          </Button>
        </form>
      </div>
    </main>
  );
}
