/** How to call pnpm on this machine, as far as the environment of one of its scripts tells. */
export function pnpmFor(env: Readonly<Record<string, string | undefined>>): string {
  // pnpm tells its scripts where it is itself, and npx keeps what it runs in a folder of this name.
  if (/[\\/]_npx[\\/]/.test(env['npm_execpath'] ?? '')) return 'npx --yes pnpm'
  // Corepack may or may not have put a `pnpm` on the path. This works either way.
  return env['COREPACK_ROOT'] === undefined ? 'pnpm' : 'corepack pnpm'
}

/** How this program's user calls pnpm: messages that say what to type begin with it. */
export const pnpm = pnpmFor(process.env)
