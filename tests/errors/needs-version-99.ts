import { Session } from '@messaging-patterns/shared'
import { defineCommand } from '@messaging-patterns/shared/cli'

const run = defineCommand({
  name: 'errors needs-version-99',
  describe: 'Needs a broker that does not exist yet.',
  examples: [],
})

await run(async ({ broker }) => {
  await using _session = await Session.open({ ...broker, minimumVersion: '99.0' })
})
