import { runCommand } from '@messaging-patterns/shared/cli'

await runCommand({
  name: 'errors needs-version-99',
  describe: 'Needs a broker that does not exist yet.',
  options: {},
  examples: [],
  minimumVersion: '99.0',
  async run() {},
})
