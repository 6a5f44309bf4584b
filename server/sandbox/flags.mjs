// How the sandbox process is started.

/** For the process and for making its snapshot, which must agree. isolated-vm asks for it. */
export const ENGINE_FLAGS = ['--no-node-snapshot'];

/**
 * The permission model: it reads what it consists of, and may do nothing else. The isolates are an addon.
 * @param {string} folder absolute
 */
export const permissionFlags = (folder) => [
  '--permission',
  '--allow-addons',
  `--allow-fs-read=${folder}/*`,
  '--disable-sigusr1',
  // It would warn that addons are allowed.
  '--no-warnings',
];
