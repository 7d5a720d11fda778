/** Blocks its thread. */
export function spin(milliseconds: number): string {
  const end = Date.now() + milliseconds
  while (Date.now() < end);
  return 'done'
}
