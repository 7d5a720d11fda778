/**
 * What is wrong with the drawing on the page, in sentences. This runs in the browser, which knows how
 * wide a text is and where a line runs. The drawing must be in the upper left corner of the page.
 */
export function faultsOfDrawing(): string[] {
  const all = <T extends Element>(selector: string): T[] => [
    ...document.querySelectorAll<T>(selector),
  ]
  const pointsOf = (path: SVGPathElement): DOMPoint[] =>
    Array.from({ length: Math.ceil(path.getTotalLength()) }, (_, i) => path.getPointAtLength(i))
  const isIn = ({ x, y }: DOMPoint, box: DOMRect): boolean =>
    x > box.left && x < box.right && y > box.top && y < box.bottom
  const meet = (a: DOMRect, b: DOMRect): boolean =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
  const holds = (a: DOMRect, b: DOMRect): boolean =>
    a.left <= b.left && a.right >= b.right && a.top <= b.top && a.bottom >= b.bottom

  const boxOf = (each: Element): DOMRect => each.getBoundingClientRect()
  const texts = all('text').map((each) => ({ box: boxOf(each), name: `"${each.textContent}"` }))
  const frames = all('svg, rect').map(boxOf)
  const things = all<SVGRectElement>('rect:not([fill=none])')
  const lines = all<SVGPathElement>('svg > path').map(pointsOf)
  const arrows = all<SVGPathElement>('svg > path[marker-end]').map(pointsOf)

  const ofText = texts.flatMap(({ box, name }, i) => [
    lines.some((points) => points.some((point) => isIn(point, box))) &&
      `a line runs through ${name}`,
    frames.some((other) => meet(box, other) && !holds(other, box)) &&
      `${name} does not fit its box`,
    ...texts
      .slice(i + 1)
      .map((other) => meet(box, other.box) && `${name} and ${other.name} overlap`),
  ])
  const ofArrows = arrows.flatMap((points) => {
    // Its ends touch the edges of two things.
    const between = points.slice(3, -3)
    const { x, y } = points.at(-1) as DOMPoint
    return [
      things.some((thing) => between.some((point) => thing.isPointInFill(point))) &&
        'an arrow runs through a box',
      arrows.some(([tail]) => Math.hypot(x - (tail as DOMPoint).x, y - (tail as DOMPoint).y) < 9) &&
        'two arrows meet and look like one with two heads',
    ]
  })
  return [...ofText, ...ofArrows].filter((fault) => fault !== false)
}
