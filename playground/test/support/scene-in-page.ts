import { expect } from 'vitest'

import type { Scene } from '../../src/scenes/index.ts'

/** A page of either browser. */
interface ScriptedPage {
  evaluate(script: string): Promise<unknown>
}

/** Plays the script of a scene in a page that has loaded the engine, and checks how it ends. */
export async function expectOutcome(page: ScriptedPage, { id, expected }: Scene): Promise<void> {
  // The page knows the scenes, too.
  await page.evaluate(`engine.playScene(${JSON.stringify(id)})`)
  const outcome = `engine.outcomeOf(${JSON.stringify({ expected })})`
  await expect.poll(() => page.evaluate(outcome)).toEqual(expected)
  await page.evaluate('stage.close()')
}
