import { ClassicQueue } from './classic-queue.ts'
import type { QueueHost } from './queue-host.ts'
import type { QueueSpec } from './queue-spec.ts'
import type { Queue } from './queue.ts'
import { QuorumQueue } from './quorum-queue.ts'
import { StreamQueue } from './stream-queue.ts'

/** Creates a queue of the type that its arguments ask for. */
export function createQueue(spec: QueueSpec, host: QueueHost): Queue {
  switch (spec.settings.type) {
    case 'classic':
      return new ClassicQueue(spec, host)
    case 'quorum':
      return new QuorumQueue(spec, host)
    case 'stream':
      return new StreamQueue(spec, host)
  }
}
