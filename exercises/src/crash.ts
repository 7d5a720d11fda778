import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A line of the learner's program, as an editor or a terminal can open it. */
export function placeIn(stack: string, program: string): string | undefined {
  const name = `${basename(dirname(program))}/${basename(program)}`
  const text = stack.replaceAll('\\', '/')
  const at = text.indexOf(`${name}:`)
  const line = at < 0 ? undefined : /^\d+/.exec(text.slice(at + name.length + 1))?.[0]
  return line === undefined ? undefined : `exercises/${name}:${line}`
}

/** What Node wrote when a program ended in an error, in one line. */
export function describeCrash(stderr: string, program: string): string {
  const text = stderr.replaceAll('\r', '').replaceAll(root, '')
  const [, syntax] = /: ERROR: (.*)$/m.exec(text) ?? []
  const place =
    placeIn(syntax === undefined ? stackOf(text) : text, program) ?? importIn(text, program)
  const what =
    syntax === undefined
      ? `Your program crashed: ${errorIn(text) ?? 'Node gave no reason'}`
      : `Your program does not compile: ${syntax}`
  return place === undefined ? what : `${what} (${place})`
}

/** The frames of the error; after them, from leash.mjs, the await in the program that it came from. */
function stackOf(text: string): string {
  const lines = text.split('\n')
  const frames = lines.filter((line) => line.startsWith('    at '))
  return [...frames, ...lines.filter((line) => line.startsWith('awaited at '))].join('\n')
}

function errorIn(text: string): string | undefined {
  const lines = text.split('\n')
  const firstFrame = lines.findIndex((line) => line.startsWith('    at '))
  if (firstFrame < 0)
    // What is thrown need not be an Error; Node then shows it and no stack.
    return lines.findLast((line) => line !== '' && !/^(Node\.js v|\(Use `node )/.test(line))
  const head = lines.slice(0, firstFrame)
  // Above it Node shows a line of source with a caret below.
  const [error = ''] = head.slice(head.findLastIndex((line) => /^\s*\^*$/.test(line)) + 1)
  const [, , remedy] = /^ {2}remedy: (['"`])(.*)\1,?$/m.exec(text) ?? []
  // "MessagingError [NACKED]", "Foo [MessagingError]": the second name is the one it goes by.
  const named = error.replace(/^\w+ \[(\w+)\]/, '$1')
  return remedy === undefined ? named : `${named}; ${remedy}`
}

/** Node does not say which line imports what there is not; there is one that names it. */
function importIn(text: string, program: string): string | undefined {
  const [, module] = /Cannot find (?:module|package) '(.*?)' imported from/.exec(text) ?? []
  if (module === undefined) return undefined
  const lines = readFileSync(program, 'utf8').split('\n')
  const line = lines.findIndex((each) => each.includes(basename(module)))
  return placeIn(`${program}:${line + 1}`, program)
}
