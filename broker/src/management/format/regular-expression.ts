/** What is wrong with a regular expression; undefined if nothing is. */
export function problemWithRegExp(pattern: string): string | undefined {
  try {
    RegExp(pattern, 'u')
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
