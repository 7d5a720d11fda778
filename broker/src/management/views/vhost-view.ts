import type { VirtualHost } from '../../core/vhost.ts'
import { nodeName } from '../../settings/node-name.ts'
import type { JsonObject } from '../format/json-fields.ts'
import { totalLengths } from '../model/measurements.ts'

export function metadataView({ metadata }: VirtualHost): JsonObject {
  const { description, tags, defaultQueueType } = metadata
  return { description, tags, default_queue_type: defaultQueueType }
}

export function vhostView(vhost: VirtualHost): JsonObject {
  return {
    name: vhost.vhost,
    ...metadataView(vhost),
    metadata: metadataView(vhost),
    protected_from_deletion: vhost.isProtected,
    tracing: vhost.tracing,
    cluster_state: { [nodeName]: 'running' },
    ...totalLengths(vhost.queues),
  }
}
