import type { Page } from 'playwright-core'

import type { Update } from '../../../src/picture/update.ts'
import { Touched } from '../../../src/stage/touched.ts'
import '../globals.ts'
import { picturePage } from './picture-page.ts'
import { faultsOfTexts } from './texts-in-picture.ts'

/** The widths that a picture has in a chapter if the screen has 375 and 1280 px. */
const widths = [309, 670]

/** Makes a page that has loaded the engine able to draw. */
export async function loadPicture(page: Page): Promise<void> {
  const { script, style } = await picturePage()
  await page.addScriptTag({ content: script })
  await page.addStyleTag({ content: style })
  // Nothing moves, so what is drawn has its place.
  await page.emulateMedia({ reducedMotion: 'reduce' })
}

/** Draws the scene that was played last until its end, and says what is wrong with the texts. */
export async function faultsOfPictures(page: Page): Promise<readonly string[]> {
  const touched = new Touched()
  const updates = await page.evaluate(() => globalThis.engine.updates)
  const filtered = updates.map((update) => touched.filter(update))
  await page.evaluate(drawPictures, { updates: filtered, widthsOfPictures: widths })
  const faults = await Promise.all(
    widths.map(async (width) => {
      const found = await page.locator(`#picture-${width}`).evaluate(faultsOfTexts)
      return found.map((fault) => `${width} px: ${fault}`)
    }),
  )
  return faults.flat()
}

/** This runs in the browser. */
async function drawPictures({
  updates,
  widthsOfPictures,
}: {
  readonly updates: readonly Update[]
  readonly widthsOfPictures: readonly number[]
}): Promise<void> {
  const frame = (): Promise<number> => new Promise(requestAnimationFrame)
  document.body.replaceChildren()
  const pictures = widthsOfPictures.map((width) => {
    const place = document.createElement('div')
    Object.assign(place, { id: `picture-${width}` })
    place.style.width = `${width}px`
    document.body.append(place)
    return window.drawPicture(place)
  })
  let before = ''
  for (const update of updates) {
    for (const picture of pictures) {
      picture.setRate(1000)
      picture.update(update)
    }
    const { programs, queues = [], consumers } = update.topology ?? {}
    const parts = JSON.stringify([programs, queues.map(({ name }) => name), consumers])
    // Later nodes have to find their places among those that are drawn.
    if (update.topology !== undefined && parts !== before) await frame()
    if (update.topology !== undefined) before = parts
  }
  for (let i = 0; i < 10; i++) await frame()
}
