import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { build, type BuildOptions, type Plugin } from 'esbuild'

import { outside, threadFiles, without } from './plugins.ts'
import { replaceNode } from './stand-ins.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const tasks = join(root, 'packages/tasks/src')
const listeners = join(root, 'playground/src/test-broker/listeners.ts')

/** Every program has one network, and one list of what keeps it alive. */
const ofProgram: Plugin = {
  name: 'of the program',
  setup(bundle) {
    bundle.onResolve({ filter: /\/(?:wire|handles)\.ts$/ }, () => ({
      path: '../program.js',
      external: true,
    }))
  },
}

/** The task queue and the test broker, for the exercises whose programs import them. */
export async function buildPackages(folder: string, common: BuildOptions): Promise<void> {
  const shared = join(folder, 'shared')
  const withoutPorts = without(
    /\/(?:listeners|import-definitions|local-api|management\/server|certificate-authority|stream-connection)\.ts$/,
    { './listeners.ts': listeners },
  )
  await Promise.all([
    build({
      ...common,
      plugins: [outside('../'), threadFiles],
      entryPoints: [
        { in: join(tasks, 'index.ts'), out: 'tasks' },
        { in: join(tasks, 'running/thread-entry.mjs'), out: 'thread-entry' },
      ],
      outdir: shared,
    }),
    build({
      ...common,
      plugins: [ofProgram, withoutPorts, replaceNode],
      entryPoints: [join(root, 'broker/src/testing/index.ts')],
      outfile: join(shared, 'testing.js'),
    }),
  ])
}
