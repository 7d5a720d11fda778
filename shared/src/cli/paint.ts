import { WriteStream } from 'node:tty'
import { styleText } from 'node:util'

/** `util.styleText`, or a function that returns the text unchanged if the output has no colors. */
export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string

/**
 * Colors for a terminal that has them, but not for a file or a pipe. NO_COLOR turns colors off, and
 * FORCE_COLOR turns them on. Before version 22.13, Node's `styleText` ignores all of this.
 */
export function paintFor(
  stream: { readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv = process.env,
): Paint {
  // An empty NO_COLOR does not count, but Node 20 thinks that it does.
  const { NO_COLOR: no = '', ...others } = env
  const isColorful = stream.isTTY === true || others['FORCE_COLOR'] !== undefined
  const hasColors = no === '' && isColorful && WriteStream.prototype.getColorDepth(others) > 1
  return (format, text) =>
    hasColors && text !== '' ? styleText(format, text, { validateStream: false }) : text
}
