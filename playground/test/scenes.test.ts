import { expect, test } from 'vitest'

import { comparable } from './support/outcome/compare.ts'
import { scenes } from '../src/scenes/index.ts'
import { play } from '../src/scenes/stage/play.ts'
import { Processes } from './support/processes.ts'
import { SceneBroker } from './support/scene-broker.ts'

test.each(scenes)('the scene of chapter $chapter ends as in the page: $title', async (scene) => {
  await using broker = await SceneBroker.open()
  await using processes = new Processes(broker)
  await play(scene, processes)
  const outcome = async () => comparable(await broker.outcome(), scene.expected)
  await expect.poll(outcome).toEqual(scene.expected)
})
