// Computes the route of the delivery van, for an exercise. It keeps a processor busy, and never waits.

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

/** The shortest of all 3,628,800 routes through ten stops. */
export function shortestRoute(van: string): string {
  const route = stops.map((_, stop) => stop)
  let best = ''
  let shortest = Infinity
  // Puts every remaining stop into this place, one after the other.
  const tryAll = (place: number, length: number): void => {
    if (place === route.length) {
      if (length >= shortest) return
      shortest = length
      best = route.join(' ')
      return
    }
    for (let other = place; other < route.length; other++) {
      swap(route, place, other)
      tryAll(place + 1, length + (place === 0 ? 0 : distance(route[place - 1], route[place])))
      swap(route, place, other)
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
