/** How to call pnpm on this machine, as far as the environment of one of its scripts tells. */
export function pnpmFor(env: Readonly<Record<string, string | undefined>>): string {
  // In a lesson's own folder the commands of the course need -w: those are scripts of the root.
  const isRoot = env['npm_package_name']?.startsWith('@messaging-patterns/') !== true
  return isRoot ? callOf(env) : `${callOf(env)} -w`
}

function callOf(env: Readonly<Record<string, string | undefined>>): string {
  // npm and pnpm tell their scripts where they are themselves. What npx fetches is in this folder.
  if (/[\\/]_npx[\\/]|npm-cli\.js$/.test(env['npm_execpath'] ?? '')) return 'npx --yes pnpm'
  // Corepack may or may not have put a `pnpm` on the path. This works either way.
  return env['COREPACK_ROOT'] === undefined ? 'pnpm' : 'corepack pnpm'
}

/** How this program's user calls pnpm: messages that say what to type begin with it. */
export const pnpm = pnpmFor(process.env)
