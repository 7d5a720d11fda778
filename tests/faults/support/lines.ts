import type { Program } from '@messaging-patterns/testkit'

/** Returns a function that returns the lines printed since its last call. */
export function lineReader(program: Program, heard: (line: string) => void): () => void {
  let at = 0
  return () => {
    const { stdout } = program
    for (let end = stdout.indexOf('\n', at); end !== -1; end = stdout.indexOf('\n', at)) {
      heard(stdout.slice(at, end))
      at = end + 1
    }
  }
}
