import { maskText, MessagingError } from '@messaging-patterns/shared'

/** Runs a command to its exit code; an error is one line with what mends it, and exit code 1. */
export async function run(main: (argv: readonly string[]) => Promise<number>): Promise<void> {
  // A reader may have seen enough: `pnpm start --list | head -3`.
  process.stdout.on('error', () => {})
  try {
    process.exitCode = await main(process.argv.slice(2))
  } catch (error) {
    process.exitCode = 1
    const text = error instanceof Error ? error.message : String(error)
    const remedy = error instanceof MessagingError && error.remedy ? `; ${error.remedy}` : ''
    process.stderr.write(`error: ${maskText(`${text}${remedy}`)}\n`)
  }
}
