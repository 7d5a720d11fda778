// Prints the two commands of the README's "Two commands", one per line, so that CI runs exactly those.
import { readFileSync } from 'node:fs'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const [, block = ''] = /^## Two commands$.*?^```console\n(.*?)^```$/ms.exec(readme) ?? []
const commands = [...block.matchAll(/^\$ (.*)$/gm)].map(([, command]) => command)
if (commands.length !== 2)
  throw new Error(`README.md should show two commands, and shows ${commands.length}`)
process.stdout.write(`${commands.join('\n')}\n`)
