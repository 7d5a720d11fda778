import { basic } from './chapters/basic.ts'
import { brokerRetries } from './chapters/broker-retries.ts'
import { cluster } from './chapters/cluster.ts'
import { confirms } from './chapters/confirms.ts'
import { headers } from './chapters/headers.ts'
import { pubsub } from './chapters/pubsub.ts'
import { retries } from './chapters/retries.ts'
import { routing } from './chapters/routing.ts'
import { rpc } from './chapters/rpc.ts'
import type { Scene } from './stage/scene.ts'
import { streams } from './chapters/streams.ts'
import { tasks } from './chapters/tasks.ts'
import { topics } from './chapters/topics.ts'
import { workQueues } from './chapters/work-queues.ts'

export type * from './stage/scene.ts'
export { openStage, type Stage, type StageOptions } from './stage/stage.ts'

/** The scenes in the order of the chapters. */
export const scenes: readonly Scene[] = [
  basic,
  workQueues,
  pubsub,
  routing,
  topics,
  rpc,
  confirms,
  retries,
  brokerRetries,
  cluster,
  headers,
  streams,
  tasks,
]
