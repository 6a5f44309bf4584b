/**
 * Loaded into each child before its own code (`node --import`): when the supervisor is gone, however it went, the
 * child ends as if asked to. Without this a killed supervisor would leave a web server on its port and a runner that
 * goes on working for a database that nobody serves.
 *
 * Plain JavaScript: the bundler of `next dev` starts whatever `node` it finds first, and that may know no types.
 */
const END_TIMEOUT_MS = 5000;

// `next dev` starts processes of its own with this same option; they have another parent, and a channel to it or none.
if (process.channel && process.env.SLUICE_SUPERVISOR_PID === String(process.ppid)) {
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), END_TIMEOUT_MS).unref();
  });
  // Listening must not keep a process alive that has nothing left to do.
  process.channel.unref();
}
