// These functions run in the browser, on a page of the site.

/** The words in code that are broken across two lines, each with its line. */
export function brokenWords(): string[] {
  // The browser only lays out the selected tab.
  for (const block of document.querySelectorAll('.vp-code-group .blocks > div'))
    block.classList.add('active')
  const code = [...document.querySelectorAll('.vp-doc code')]
  const isFenced = (each: Element): boolean => each.closest('pre') !== null
  const lines = code.flatMap((each) =>
    isFenced(each) ? [...each.querySelectorAll('.line')] : [each],
  )
  return lines.flatMap((line) => {
    const text = line.textContent
    return [...text.matchAll(/[\p{L}\p{N}]+/gu)]
      .filter(({ index, 0: word }) => linesOf(line, index, index + word.length) > 1)
      .map(({ 0: word }) => `${word} in ${text}`)
  })

  /** How many lines on the screen a range of an element's characters takes. */
  function linesOf(element: Element, start: number, end: number): number {
    const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    const range = document.createRange()
    const tops = new Set<number>()
    let at = 0
    for (let node = nodes.nextNode(); node !== null; node = nodes.nextNode()) {
      const { length } = node as Text
      const [from, to] = [Math.max(start - at, 0), Math.min(end - at, length)]
      if (from < to) {
        range.setStart(node, from)
        range.setEnd(node, to)
        for (const { top } of range.getClientRects()) tops.add(Math.round(top))
      }
      at += length
    }
    return tops.size
  }
}

/** The pictures that are cut off, or too small to read. */
export function hiddenPictures(): string[] {
  return [...document.querySelectorAll<HTMLImageElement>('.vp-doc img')]
    .filter((image) => image.checkVisibility())
    .filter((image) => {
      const { left, right, width } = image.getBoundingClientRect()
      return left < 0 || right > innerWidth || width < 0.65 * image.naturalWidth
    })
    .map((image) => `${image.width} of ${image.naturalWidth}: ${image.alt}`)
}

/** The brightness of a screenshot near its upper right corner, from 0 to 255. */
export async function brightnessAtCorner(png: string): Promise<number> {
  const response = await fetch(`data:image/png;base64,${png}`)
  const image = await createImageBitmap(await response.blob())
  const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d')
  canvas?.drawImage(image, 0, 0)
  const [red = 0, green = 0, blue = 0] = canvas?.getImageData(image.width - 4, 4, 1, 1).data ?? []
  return (red + green + blue) / 3
}

/** Presses the first button of a scene as soon as it appears. The time until a message moves, in milliseconds. */
export function timeToFirstMessage(id: string): Promise<number> {
  return new Promise((resolve) => {
    const place = document.querySelector(`.live-scene[data-scene="${id}"]`)
    if (place === null) throw new Error(`there is no scene ${id}`)
    let pressed: number | undefined
    const observer = new MutationObserver(() => {
      const button = place.querySelector<HTMLButtonElement>('.mp-buttons button')
      if (pressed === undefined && button !== null) {
        pressed = performance.now()
        button.click()
      }
      if (pressed === undefined || place.querySelector('.mp-token') === null) return
      observer.disconnect()
      resolve(performance.now() - pressed)
    })
    observer.observe(place, { childList: true, subtree: true })
    place.scrollIntoView()
  })
}
