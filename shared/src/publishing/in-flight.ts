/** How many tasks inFlight runs at once by default. */
const defaultWindow = 256

/** The options of {@link inFlight}. */
export interface InFlightOptions {
  /** How many tasks run at once. Default: 256. */
  readonly window?: number
  /** When aborted, no further task is started; those in progress are finished and yielded. */
  readonly signal?: AbortSignal
}

/**
 * Runs `task` on each item of `source`, up to `window` at once, and yields each item when its task is
 * done, in the order of the source. It takes the next item only when a task has finished, so a
 * source of a million messages never has more than a window of them in memory.
 *
 * Throws the error of the first task that fails, in its turn.
 *
 * @example
 * // Confirmed publishing at full speed, in bounded memory.
 * for await (const text of inFlight(texts, (each) => queue.send(each))) console.log(text)
 */
export async function* inFlight<T>(
  source: Iterable<T>,
  task: (item: T) => Promise<unknown>,
  { window = defaultWindow, signal }: InFlightOptions = {},
): AsyncGenerator<T, void, undefined> {
  // A ring, because Array.shift moves all other items.
  const running: ({ readonly item: T; readonly done: Promise<unknown> } | undefined)[] = []
  let at = 0
  for (const item of source) {
    if (signal?.aborted === true) break
    const done = task(item)
    // Its error is thrown when its turn comes; until then nobody awaits it.
    done.catch(() => {})
    running[at] = { item, done }
    at = (at + 1) % window
    const oldest = running[at]
    if (oldest === undefined) continue
    running[at] = undefined
    await oldest.done
    yield oldest.item
  }
  for (const each of [...running.slice(at), ...running.slice(0, at)]) {
    if (each === undefined) continue
    await each.done
    yield each.item
  }
}
