// Exits when heartbeats have detected a silent broker, and the session has reconnected.
import { once } from 'node:events'

import { Session } from '@messaging-patterns/shared'

const events = new EventTarget()
await using _session = await Session.open({
  heartbeat: 1,
  onStatus: ({ type }) => events.dispatchEvent(new Event(type)),
})
process.stdout.write('connected\n')
await once(events, 'reconnected')
