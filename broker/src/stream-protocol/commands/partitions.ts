import type { Binding } from '../../core/bindings.ts'
import { StreamQueue } from '../../core/queue/stream-queue.ts'
import type { VirtualHost } from '../../core/vhost.ts'
import { integerOf } from '../../protocol/field-value.ts'

export const orderArgument = 'x-stream-partition-order'

interface Partition {
  readonly stream: StreamQueue
  /** Undefined if the binding does not say. */
  readonly order: number | undefined
}

/** The streams of a super stream, in their order; undefined if there is no such exchange. */
export function partitionsOf(vhost: VirtualHost, superStream: string): StreamQueue[] | undefined {
  const partitions = boundStreams(vhost, superStream)
  return partitions
    ?.toSorted((one, other) => (one.order ?? Infinity) - (other.order ?? Infinity) || 0)
    .map(({ stream }) => stream)
}

/** Which partition of a super stream it is, from 0 up; -1 if it is none, or nothing says which. */
export function partitionIndex(
  vhost: VirtualHost,
  superStream: string,
  stream: StreamQueue,
): number {
  const own = boundStreams(vhost, superStream)?.filter((each) => each.stream === stream) ?? []
  if (own.length === 0) return -1
  const orders = own.flatMap(({ order }) => order ?? [])
  if (orders.length > 0) return Math.min(...orders)
  const [, number] = /-(\d+)$/.exec(stream.name) ?? []
  return number === undefined ? -1 : Number(number)
}

function boundStreams(vhost: VirtualHost, superStream: string): Partition[] | undefined {
  const exchange = vhost.exchanges.get(superStream)
  return exchange && vhost.bindings.from(exchange).flatMap(partitionOf)
}

function partitionOf({ destination, arguments: args }: Binding): Partition[] {
  if (!(destination instanceof StreamQueue)) return []
  const field = args.get(orderArgument)
  const value = field?.type === 'longstr' ? field.value : field && integerOf(field)
  const order = Number(value)
  return [{ stream: destination, order: Number.isInteger(order) ? order : undefined }]
}
