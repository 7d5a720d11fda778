/** How many items inFlight keeps under way when nobody says otherwise. */
const defaultWindow = 256

/**
 * Runs `task` on the items of `source`, up to `window` of them at once, and yields each item when
 * its task is done, in the order of the source. It takes the next item only when there is room: a
 * source of a million messages never has more than a window of them in memory. The first task that
 * fails ends it with that error; an aborted `signal` ends it when what is under way is done.
 */
export async function* inFlight<T>(
  source: Iterable<T>,
  task: (item: T) => Promise<unknown>,
  { window = defaultWindow, signal }: { window?: number; signal?: AbortSignal } = {},
): AsyncGenerator<T, void, undefined> {
  const underWay: { readonly item: T; readonly done: Promise<unknown> }[] = []
  for (const item of source) {
    if (signal?.aborted === true) break
    const done = task(item)
    // Its error is thrown when its turn comes; until then nobody awaits it.
    done.catch(() => {})
    underWay.push({ item, done })
    const oldest = underWay.length >= window ? underWay.shift() : undefined
    if (oldest !== undefined) {
      await oldest.done
      yield oldest.item
    }
  }
  for (const { item, done } of underWay) {
    await done
    yield item
  }
}
