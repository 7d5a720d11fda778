/** How to call pnpm on this machine, judging by the environment of one of its scripts. */
export function pnpmFor(env: Readonly<Record<string, string | undefined>>): string {
  // In the folder of a lesson, the commands of the course need -w: they are scripts of the root.
  const isRoot = env['npm_package_name']?.startsWith('@messaging-patterns/') !== true
  return isRoot ? callOf(env) : `${callOf(env)} -w`
}

function callOf(env: Readonly<Record<string, string | undefined>>): string {
  // npm and pnpm pass their own path to scripts. npx downloads packages into a folder `_npx`.
  if (/[\\/]_npx[\\/]|npm-cli\.js$/.test(env['npm_execpath'] ?? '')) return 'npx --yes pnpm'
  // With Corepack, `pnpm` may or may not be in PATH. This works either way.
  return env['COREPACK_ROOT'] === undefined ? 'pnpm' : 'corepack pnpm'
}

/** How the user of this program calls pnpm: "npx --yes pnpm". Commands in messages start with it. */
export const pnpm = pnpmFor(process.env)
