import { retries } from './retries.ts'
import type { Scene } from './scene.ts'
import { topics } from './topics.ts'
import { workQueues } from './work-queues.ts'

export type * from './scene.ts'
export { openStage, type Stage, type StageOptions } from './stage.ts'

/** The scenes in the order of the chapters. */
export const scenes: readonly Scene[] = [workQueues, topics, retries]
