import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Finds a line of the program in a stack, and returns it as a path that editors can open. */
export function placeIn(stack: string, program: string): string | undefined {
  const name = `${basename(dirname(program))}/${basename(program)}`
  const text = stack.replaceAll('\\', '/')
  const at = text.indexOf(`${name}:`)
  const line = at < 0 ? undefined : /^\d+/.exec(text.slice(at + name.length + 1))?.[0]
  return line === undefined ? undefined : `exercises/${name}:${line}`
}

/** Describes the error that ended a program in one line. */
export function describeCrash(stderr: string, program: string): string {
  const text = stderr.replaceAll('\r', '').replaceAll(root, '')
  const place = placeIn(stackOf(text), program)
  const what = `Your program crashed: ${errorIn(text) ?? 'Node gave no reason'}`
  return place === undefined ? what : `${what} (${place})`
}

/** The frames of the error, followed by the line that leash.mjs has added. */
function stackOf(text: string): string {
  const lines = text.split('\n')
  const frames = lines.filter((line) => line.startsWith('    at '))
  return [...frames, ...lines.filter((line) => line.startsWith('awaited at '))].join('\n')
}

function errorIn(text: string): string | undefined {
  const lines = text.split('\n')
  const firstFrame = lines.findIndex((line) => line.startsWith('    at '))
  if (firstFrame < 0)
    // A program can throw a value that is not an Error. Node prints it without a stack.
    return lines.findLast((line) => line !== '' && !/^(Node\.js v|\(Use `node )/.test(line))
  const head = lines.slice(0, firstFrame)
  // Above the error Node prints a line of source code and a caret.
  const [error = ''] = head.slice(head.findLastIndex((line) => /^\s*\^*$/.test(line)) + 1)
  const [, , remedy] = /^ {2}remedy: (['"`])(.*)\1,?$/m.exec(text) ?? []
  // Node prints "Class [name]" if an error has a name of its own.
  const named = error.replace(/^\w+ \[(\w+)\]/, '$1')
  return remedy === undefined ? named : `${named}; ${remedy}`
}
