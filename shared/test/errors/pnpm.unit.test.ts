import { expect, test } from 'vitest'

import { pnpmFor } from '../../src/errors/pnpm.ts'

// What the scripts of pnpm 10 to 12 find in their environment.
test.each([
  [{}, 'pnpm'],
  [{ npm_execpath: '/usr/lib/node_modules/pnpm/pnpm' }, 'pnpm'],
  [
    {
      npm_execpath: String.raw`C:\Users\me\AppData\Roaming\npm\node_modules\pnpm\bin\pnpm.cjs`,
    },
    'pnpm',
  ],
  [
    { npm_execpath: '/home/me/.npm/_npx/e6e0ed1aca658cae/node_modules/pnpm/pnpm' },
    'npx --yes pnpm',
  ],
  [
    { npm_execpath: '/home/me/.npm/_npx/a1a38f5f0f780954/node_modules/pnpm/bin/pnpm.cjs' },
    'npx --yes pnpm',
  ],
  [
    { npm_execpath: '/home/me/.npm/_npx/dd5dd6106160c588/node_modules/.bin/pnpm' },
    'npx --yes pnpm',
  ],
  [
    { npm_execpath: String.raw`C:\npm-cache\_npx\e6e0ed1aca658cae\node_modules\pnpm\pnpm.exe` },
    'npx --yes pnpm',
  ],
  // `npm start`, in a clone that was installed through npx.
  [{ npm_execpath: '/usr/lib/node_modules/npm/bin/npm-cli.js' }, 'npx --yes pnpm'],
  [
    {
      npm_execpath: '/home/me/.cache/node/corepack/v1/pnpm/12.21.0/pnpm-native',
      COREPACK_ROOT: '/usr/lib/node_modules/corepack',
    },
    'corepack pnpm',
  ],
  // In the folder of a lesson, where `pnpm broker` is not a script.
  [{ npm_package_name: 'messaging-patterns' }, 'pnpm'],
  [{ npm_package_name: '@messaging-patterns/basic' }, 'pnpm -w'],
  [
    {
      npm_package_name: '@messaging-patterns/basic',
      npm_execpath: '/home/me/.npm/_npx/e6e0ed1aca658cae/node_modules/pnpm/pnpm',
    },
    'npx --yes pnpm -w',
  ],
])('with %j pnpm is called as %s', (env, command) => {
  expect(pnpmFor(env)).toBe(command)
})
