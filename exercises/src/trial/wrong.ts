/** The verdict on a program that did something wrong. Its message is shown to the learner. */
export class Wrong extends Error {
  override readonly name = 'Wrong'

  constructor(verdict: string) {
    super(verdict.charAt(0).toUpperCase() + verdict.slice(1))
  }
}

/** The verdict on a program that does not respond, because a loop blocks its event loop. */
export class Busy extends Wrong {
  constructor(place: string | undefined) {
    const since = place === undefined ? '' : `, after the await at ${place}`
    super(`Your program is stuck in a loop without an await${since}: nothing else can run.`)
  }
}

/** "order 7", "orders 7, 8 and 9", "orders 1, 2, 3, 4 and 16 more". */
export function list(orders: readonly string[], most = 5): string {
  const all = [...new Set(orders)].map((each) => {
    const copies = orders.filter((other) => other === each).length
    return copies > 1 ? `${each} (${times(copies)})` : each
  })
  const sameWord = all.length > 1 && all.every((each) => /^order \S+/.test(each))
  const short = sameWord ? all.map((each) => each.slice('order '.length)) : all
  const shown = short.length > most ? short.slice(0, most - 1) : short
  const rest = short.length - shown.length
  const words = rest > 0 ? [...shown, `${rest} more`] : shown
  const last = words.pop() ?? 'none'
  const text = words.length === 0 ? last : `${words.join(', ')} and ${last}`
  return sameWord ? `orders ${text}` : text
}

/** The items of the first list that are missing in the second. Duplicates count. */
export function missing(wanted: readonly string[], there: readonly string[]): string[] {
  const rest = [...there]
  return wanted.filter((each) => {
    const at = rest.indexOf(each)
    if (at >= 0) rest.splice(at, 1)
    return at < 0
  })
}

/** "order 1", "order 2" and so on. */
export function numbered(length: number, first = 1): string[] {
  return Array.from({ length }, (_, i) => `order ${first + i}`)
}

/** Chooses singular or plural words: "is" or "are". */
export function either(things: readonly unknown[], one: string, several: string): string {
  return things.length === 1 ? one : several
}

/** "never", "once", "twice", "3 times". */
export function times(number: number): string {
  return ['never', 'once', 'twice'][number] ?? `${number} times`
}
