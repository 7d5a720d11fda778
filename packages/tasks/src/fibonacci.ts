/** The nth Fibonacci number, computed in the slowest possible way. */
export function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2)
}
