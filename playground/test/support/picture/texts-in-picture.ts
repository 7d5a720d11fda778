/**
 * What is wrong with the texts of a picture, in sentences. This runs in the browser, which knows how wide a
 * text is.
 */
export function faultsOfTexts(picture: Element): string[] {
  const textsOf = (selector: string) =>
    [...picture.querySelectorAll(selector)]
      .filter(({ textContent }) => textContent !== '')
      .map((each) => ({ name: `"${each.textContent}"`, box: each.getBoundingClientRect() }))
  const names = textsOf('.mp-node text')
  const titles = textsOf('.mp-title')
  const keys = textsOf('.mp-edge tspan')
  const boxes = [...picture.querySelectorAll('.mp-box')].map((box) => box.getBoundingClientRect())
  // Letters do not fill the whole height of their line.
  const meet = (a: DOMRect, b: DOMRect): boolean =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2
  const holds = (a: DOMRect, b: DOMRect): boolean => a.left < b.left - 2 && a.right > b.right + 2
  const all = [...names, ...keys]
  const frame = picture.getBoundingClientRect()
  return [
    ...all.flatMap(({ name, box }, i) =>
      all
        .slice(i + 1)
        .filter((other) => meet(box, other.box))
        .map((other) => `${name} and ${other.name} overlap`),
    ),
    ...keys
      .filter(({ box }) => boxes.some((other) => meet(box, other)))
      .map(({ name }) => `the key ${name} is on a node`),
    ...names
      .filter(({ box }) => !boxes.some((other) => meet(box, other) && holds(other, box)))
      .map(({ name }) => `${name} does not fit its node`),
    ...titles.filter(({ name }) => name.includes('…')).map(({ name }) => `${name} is cut`),
    ...all
      .filter(({ box }) => box.left < frame.left || box.right > frame.right)
      .map(({ name }) => `${name} is outside of the picture`),
  ]
}
