/** Runs `task` `count` times, with at most `concurrency` at the same time. */
export async function repeatConcurrently(
  count: number,
  concurrency: number,
  task: () => Promise<unknown>,
): Promise<void> {
  let remaining = count
  const worker = async (): Promise<void> => {
    while (remaining > 0) {
      remaining -= 1
      await task()
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker))
}
