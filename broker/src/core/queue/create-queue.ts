import { ClassicQueue } from './classic-queue.ts'
import type { QueueHost } from './queue-host.ts'
import type { QueueSpec } from './queue-spec.ts'
import type { Queue } from './queue.ts'
import { QuorumQueue } from './quorum-queue.ts'

/** Creates a queue of the type that its arguments ask for. */
export function createQueue(spec: QueueSpec, host: QueueHost): Queue {
  return spec.settings.type === 'quorum'
    ? new QuorumQueue(spec, host)
    : new ClassicQueue(spec, host)
}
