import { maskText, MessagingError } from '@messaging-patterns/shared'

/** Runs a command and sets its exit code. An error becomes one line with its remedy, and exit code 1. */
export async function runCommand(
  command: (argv: readonly string[]) => Promise<number>,
): Promise<void> {
  // A reader of our output may stop reading: `pnpm start --list | head -3`.
  process.stdout.on('error', () => {})
  try {
    process.exitCode = await command(process.argv.slice(2))
  } catch (error) {
    process.exitCode = 1
    const text = error instanceof Error ? error.message : String(error)
    const remedy = error instanceof MessagingError && error.remedy ? `; ${error.remedy}` : ''
    process.stderr.write(`error: ${maskText(`${text}${remedy}`)}\n`)
  }
}
