'use client';

import { UserMinus } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { inWords } from '#components/format/in-words.ts';
import { useMemberChanges, useMembers } from '#components/hooks/use-workspace.ts';
import { QueryError } from '#components/shell/query-error.tsx';
import { ConfirmDialog } from '#components/ui/alert-dialog.tsx';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Input } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { ROLES, roleSchema, type Member, type Role, type Workspace } from '#lib/contracts/workspaces.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { Section } from './section.tsx';

const ROLE_WORDS: Record<Role, { label: string; description: string }> = {
  owner: { label: 'Owner', description: 'Everything, members too' },
  editor: { label: 'Editor', description: 'Builds, runs and schedules' },
  viewer: { label: 'Viewer', description: 'Looks, changes nothing' },
};
const ROLE_OPTIONS = ROLES.map((role) => ({ value: role, ...ROLE_WORDS[role] }));

export function MembersSection({ workspace, userId }: { workspace: Workspace; userId: string }) {
  const members = useMembers(workspace.id);
  const owner = workspace.role === 'owner';
  return (
    <Section title="Members" description="Who sees this workspace, and what they may do.">
      <div className="flex flex-col gap-4">
        {members.error && !members.data ? (
          <QueryError error={members.error} onRetry={() => void members.refetch()} />
        ) : !members.data ? (
          <Skeleton className="h-8" />
        ) : (
          <ul className="divide-y divide-line">
            {members.data.map((member) => (
              <MemberRow
                key={member.userId}
                member={member}
                workspaceId={workspace.id}
                editable={owner}
                self={member.userId === userId}
              />
            ))}
          </ul>
        )}
        {owner ? <AddMember workspaceId={workspace.id} /> : null}
      </div>
    </Section>
  );
}

interface MemberRowProps {
  member: Member;
  workspaceId: string;
  editable: boolean;
  self: boolean;
}

function MemberRow({ member, workspaceId, editable, self }: MemberRowProps) {
  const { change, remove } = useMemberChanges(workspaceId);
  const [removing, setRemoving] = useState(false);
  const name = member.email ?? member.userId;
  return (
    <li className="flex h-10 items-center gap-3">
      <span className="min-w-0 flex-1 truncate">
        {name}
        {self ? <span className="text-ink-3"> (you)</span> : null}
      </span>
      {editable ? (
        <>
          <Select
            aria-label={`Role of ${name}`}
            className="w-28"
            value={member.role}
            options={ROLE_OPTIONS}
            onValueChange={(role) => {
              change.mutate({ userId: member.userId, role: roleSchema.parse(role) });
            }}
          />
          <IconButton
            label={`Remove ${name}`}
            onClick={() => {
              setRemoving(true);
            }}
          >
            <UserMinus aria-hidden />
          </IconButton>
          <ConfirmDialog
            open={removing}
            onOpenChange={setRemoving}
            title={self ? 'Leave this workspace?' : `Remove ${name}?`}
            description={
              self
                ? 'You will no longer see its pipelines.'
                : 'They will no longer see its pipelines, files and runs.'
            }
            confirmLabel={self ? 'Leave' : 'Remove'}
            danger
            busy={remove.isPending}
            onConfirm={() => {
              remove.mutate(member.userId, {
                onSuccess: () => {
                  setRemoving(false);
                },
              });
            }}
          />
        </>
      ) : (
        <Badge>{ROLE_WORDS[member.role].label}</Badge>
      )}
    </li>
  );
}

function AddMember({ workspaceId }: { workspaceId: string }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('editor');
  const { add } = useMemberChanges(workspaceId);
  const error = add.error ? toAppError(add.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(
      { email: email.trim(), role },
      {
        onSuccess: () => {
          setEmail('');
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="flex items-start gap-2 border-t border-line pt-4">
      <Field
        label="Add a person"
        className="flex-1"
        hint="They need an account already."
        error={error ? inWords(error) : undefined}
      >
        <Input
          type="email"
          placeholder="name@example.org"
          autoComplete="off"
          value={email}
          onChange={(event) => {
            setEmail(event.target.value);
            add.reset();
          }}
        />
      </Field>
      <Select
        aria-label="Role"
        className="mt-5 w-28"
        value={role}
        options={ROLE_OPTIONS}
        onValueChange={(value) => {
          setRole(roleSchema.parse(value));
        }}
      />
      <Button type="submit" className="mt-5" disabled={email.trim() === ''} busy={add.isPending}>
        Add
      </Button>
    </form>
  );
}
