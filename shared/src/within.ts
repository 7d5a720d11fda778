/** Whether the promise was fulfilled within so many milliseconds; a rejection is passed on. */
export async function within(
  milliseconds: number,
  promise: Promise<unknown> | undefined,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false)
  })
  try {
    return await Promise.race([late, (promise ?? Promise.resolve()).then(() => true)])
  } finally {
    clearTimeout(timer)
  }
}
