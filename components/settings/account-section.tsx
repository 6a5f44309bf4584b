'use client';

import { useState, type FormEvent } from 'react';
import { inWords } from '#components/format/in-words.ts';
import { useChangePassword, useSignOut } from '#components/hooks/use-session.ts';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { toast } from '#components/ui/toast.tsx';
import { PASSWORD_MIN } from '#lib/contracts/session.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { Section } from './section.tsx';

export function AccountSection({ email }: { email: string | null }) {
  const signOut = useSignOut();
  return (
    <Section title="Account" description="The e-mail address of an account stays as it is.">
      <div className="flex flex-col gap-4">
        <div className="flex items-center justify-between gap-4">
          <div className="min-w-0">
            <p className="text-12 text-ink-3">Signed in as</p>
            <p className="truncate font-medium">{email ?? 'an account without an e-mail address'}</p>
          </div>
          <Button
            busy={signOut.isPending}
            onClick={() => {
              signOut.mutate();
            }}
          >
            Sign out
          </Button>
        </div>
        {email === null ? null : <PasswordForm email={email} />}
      </div>
    </Section>
  );
}

function PasswordForm({ email }: { email: string }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [left, setLeft] = useState(false);
  const change = useChangePassword();
  const error = change.error ? toAppError(change.error) : null;
  const words = error ? inWords(error) : undefined;
  const refused = error?.code === 'password-refused' || error?.code === 'invalid-request';
  const tooShort = left && next !== '' && next.length < PASSWORD_MIN;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { currentPassword: current, newPassword: next },
      {
        onSuccess: () => {
          setCurrent('');
          setNext('');
          setLeft(false);
          toast.success('Changed your password. Your other sessions have ended.');
        },
      },
    );
  };
  return (
    <form
      onSubmit={submit}
      aria-label="Change your password"
      className="flex flex-col gap-3 border-t border-line pt-4"
    >
      {/* For password managers, which keep both together. */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <div className="grid grid-cols-2 gap-3">
        <Field
          label="Current password"
          hint="Leave it empty if you came by a sign-in link and have set none yet."
          error={refused ? undefined : words}
        >
          <Input
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={(event) => {
              setCurrent(event.target.value);
              change.reset();
            }}
          />
        </Field>
        <Field
          label="New password"
          hint={`At least ${PASSWORD_MIN} characters.`}
          error={refused ? words : tooShort ? `It needs at least ${PASSWORD_MIN} characters.` : undefined}
        >
          <Input
            type="password"
            autoComplete="new-password"
            maxLength={72}
            value={next}
            onBlur={() => {
              setLeft(true);
            }}
            onChange={(event) => {
              setNext(event.target.value);
              change.reset();
            }}
          />
        </Field>
      </div>
      <Button
        type="submit"
        className="self-start"
        disabled={next.length < PASSWORD_MIN}
        busy={change.isPending}
      >
        Change password
      </Button>
    </form>
  );
}
