import { expect, it } from 'vitest';
import { testSupabase } from '#server/supabase/testing/test-supabase.ts';
import { gatewayConnection } from './gateway-connection.ts';

it('tells a database that is away from one without tables', async () => {
  const { databaseUrl } = await testSupabase();
  const there = gatewayConnection(databaseUrl);
  expect(await there.knowsSchema()).toBe(true);
  await there.close();

  const url = new URL(databaseUrl);
  // Nobody listens on the port for discarded text.
  url.port = '9';
  const away = gatewayConnection(url.href);
  expect(await away.knowsSchema()).toBe(false);
  await away.close();
});
