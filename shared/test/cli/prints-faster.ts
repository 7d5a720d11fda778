// A program that prints faster than anyone can read: a line that is longer than a pipe, and notes.
import { Terminal } from '../../src/cli/terminal.ts'

const terminal = new Terminal({ json: false, quiet: false, verbose: false })
terminal.print('a long line '.repeat(1_000_000), {})
terminal.status('a note')
terminal.error(new Error('the end'))
