'use client';

import { useTheme } from 'next-themes';
import { useSession } from '#components/hooks/use-session.ts';
import { THEMES } from '#components/shell/account-menu.tsx';
import { Page } from '#components/shell/page.tsx';
import { QueryError } from '#components/shell/query-error.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { SegmentedControl } from '#components/ui/segmented-control.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { AccountSection } from './account-section.tsx';
import { MembersSection } from './members-section.tsx';
import { RetentionSection } from './retention-section.tsx';
import { Section } from './section.tsx';
import { WorkspaceSection } from './workspace-section.tsx';

export function SettingsPage() {
  const session = useSession();
  return (
    <Page title="Settings">
      <div className="mx-auto flex max-w-184 flex-col gap-8 py-3">
        {session.error && !session.data ? (
          <QueryError error={session.error} onRetry={() => void session.refetch()} />
        ) : !session.data ? (
          <div role="status" aria-label="Loading settings" className="flex flex-col gap-8">
            {[0, 1, 2].map((index) => (
              <Skeleton key={index} className="h-32 rounded-panel" />
            ))}
          </div>
        ) : (
          <>
            {session.data.workspace ? (
              <>
                <WorkspaceSection key={session.data.workspace.id} workspace={session.data.workspace} />
                <MembersSection workspace={session.data.workspace} userId={session.data.user.id} />
                <RetentionSection
                  key={`retention-${session.data.workspace.id}`}
                  workspace={session.data.workspace}
                />
              </>
            ) : (
              <EmptyState compact title="You are in no workspace">
                Ask an owner to add you, or make one from the menu at the top left.
              </EmptyState>
            )}
            <AppearanceSection />
            <AccountSection email={session.data.user.email} />
          </>
        )}
      </div>
    </Page>
  );
}

function AppearanceSection() {
  const { theme, setTheme } = useTheme();
  return (
    <Section title="Appearance" description="Kept in this browser.">
      <SegmentedControl
        label="Theme"
        value={theme ?? 'system'}
        onValueChange={setTheme}
        options={THEMES.map(({ value, label, icon: Icon }) => ({ value, label, icon: <Icon aria-hidden /> }))}
      />
    </Section>
  );
}
