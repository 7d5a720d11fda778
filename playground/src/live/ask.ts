import { createInterface } from 'node:readline/promises'

/** Asks whether to turn tracing on. Rejects if there is no terminal. */
export async function mayTrace(
  broker: string,
  vhost: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Error('cannot ask without a terminal; to turn tracing on, add --yes')
  process.stderr.write(
    `To show you messages, ${broker} must trace the virtual host "${vhost}":\n` +
      'it then copies each message, which makes it slower. Ctrl-C turns tracing off.\n',
  )
  const input = createInterface({ input: process.stdin, output: process.stderr })
  // While it reads a line, Ctrl-C is a key and no signal.
  input.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  try {
    const answer = await input.question('Turn tracing on? [y/N] ', { signal })
    return /^y(es)?$/i.test(answer.trim())
  } catch (error) {
    if (signal.aborted) return false
    throw error
  } finally {
    input.close()
  }
}
