import { expect, it } from 'vitest';
import { testSupabase } from '#server/supabase/testing/test-supabase.ts';
import { gatewayConnection } from './gateway-connection.ts';
import { startGateway } from './gateway.ts';

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

it('answers everybody while it connects anew, however often it is asked to', async () => {
  const { databaseUrl, jwtSecret, anonKey, serviceRoleKey } = await testSupabase();
  const gateway = await startGateway({
    databaseUrl,
    secrets: { jwtSecret, anonKey, serviceRoleKey },
    wishedPort: 0,
    ownRoutes: () => Promise.resolve(new Response(null, { status: 404 })),
  });
  const ask = async () => {
    const headers = { apikey: serviceRoleKey, authorization: `Bearer ${serviceRoleKey}` };
    const answer = await fetch(`${gateway.url}/rest/v1/runs?select=id&limit=1`, { headers });
    await answer.arrayBuffer();
    return answer.status;
  };
  expect(await ask()).toBe(200);

  const asked = Array.from({ length: 20 }, ask);
  const renewed = [gateway.renew(), gateway.renew(), gateway.renew()];
  asked.push(...Array.from({ length: 20 }, ask));
  const answers = await Promise.all(asked);
  expect(answers.every((status) => status === 200 || status === 503)).toBe(true);
  await Promise.all(renewed);
  expect(await ask()).toBe(200);
  await gateway.stop();
});
