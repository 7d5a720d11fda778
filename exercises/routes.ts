// The routes of the delivery van, for an exercise. This is work for a processor: it never waits.

/** Where the stops are, in kilometers. */
const stops: readonly (readonly [x: number, y: number])[] = [
  [3, 1],
  [7, 4],
  [2, 8],
  [9, 9],
  [5, 5],
  [1, 4],
  [8, 1],
  [6, 8],
  [4, 3],
  [9, 6],
]

/** The shortest way through ten stops, of all 3,628,800 ways. */
export function shortestWay(van: string): string {
  const way = stops.map((_, stop) => stop)
  let best = ''
  let shortest = Infinity
  // Puts every remaining stop into this place, one after the other.
  const tryAll = (place: number, length: number): void => {
    if (place === way.length) {
      if (length >= shortest) return
      shortest = length
      best = way.join(' ')
      return
    }
    for (let other = place; other < way.length; other++) {
      swap(way, place, other)
      tryAll(place + 1, length + (place === 0 ? 0 : distance(way[place - 1], way[place])))
      swap(way, place, other)
    }
  }
  tryAll(0, 0)
  return `${van}: ${best}`
}

function swap(list: number[], a: number, b: number): void {
  const [first = 0, second = 0] = [list[a], list[b]]
  list[a] = second
  list[b] = first
}

function distance(a = 0, b = 0): number {
  const [x1, y1] = stops[a] ?? [0, 0]
  const [x2, y2] = stops[b] ?? [0, 0]
  return Math.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)
}
