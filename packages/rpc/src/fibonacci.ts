/** fib(78) is the largest that a JavaScript number holds exactly. */
const largest = 78

/**
 * The nth Fibonacci number, where n is text from a client. Throws a RangeError if it is not valid.
 */
export function fibonacci(text: string): number {
  const n = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN
  if (!(n <= largest))
    throw new RangeError(
      `fib takes a whole number from 0 to ${largest}, not ${JSON.stringify(text.slice(0, 40))}`,
    )
  let [current, next] = [0, 1]
  for (let i = 0; i < n; i++) [current, next] = [next, current + next]
  return current
}
