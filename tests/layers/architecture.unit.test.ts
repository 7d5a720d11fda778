import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const architecture = readFileSync(`${root}ARCHITECTURE.md`, 'utf8')

/** A name in the text, and the file that the text says it is in. */
interface Mention {
  readonly name: string
  readonly path: string
}

/** The sections of ARCHITECTURE.md that follow a message: "The paths are those of `broker/src`." */
const walks = architecture
  .split(/^## /m)
  .map((text) => text.replaceAll(/\s+/g, ' '))
  .flatMap((text) => {
    const base = /The paths are those of `([^`]+)`/.exec(text)?.[1]
    return base === undefined ? [] : [{ base, text }]
  })

/** Files in backticks. Those with a star stand for several. */
function filesIn(text: string): string[] {
  return Array.from(text.matchAll(/`([\w./-]+\.(?:ts|mjs|js))`/g), ([, path = '']) => path)
}

/** `BacklogQueue.ack` (`core/queue/backlog-queue.ts`), also after "and": `a` and `b` (`file.ts`). */
function mentionsIn(text: string): Mention[] {
  const pattern = /((?:`[\w.#]+`(?:,| and)? ?)+)\(`([\w./-]+\.ts)`\)/g
  return Array.from(text.matchAll(pattern)).flatMap(([, names = '', path = '']) =>
    Array.from(names.matchAll(/`([^`]+)`/g), ([, name = '']) => ({ name, path })),
  )
}

function locate(base: string, path: string): string {
  return [`${root}${base}/${path}`, `${root}${path}`].find((file) => existsSync(file)) ?? ''
}

/** Whether the file defines each part of the name: `BacklogQueue.#deliverTo` needs the class and the method. */
function defines(source: string, name: string): boolean {
  return name.split('.').every((part) => {
    const keyword = String.raw`\b(?:class|function\*?|interface|const|type) ${part}\b`
    const method = String.raw`^ +(?:(?:public|protected|override|abstract|async|get|static) )*${part}(?:<[^(]*>)?\(`
    return new RegExp(`${keyword}|${method}`, 'm').test(source)
  })
}

describe('ARCHITECTURE.md', () => {
  test('follows a message through the client and the broker, a tour, a check of an exercise, a page, and a movement in the picture', () => {
    expect(walks.map(({ base }) => base)).toEqual([
      'shared/src',
      'shared/src',
      'broker/src',
      'broker/src',
      'tour/src',
      'exercises/src',
      'playground/src',
      'broker/src',
      'playground/src',
    ])
    for (const { text } of walks) expect(filesIn(text).length).toBeGreaterThan(5)
    const mentions = walks.flatMap(({ text }) => mentionsIn(text))
    expect(mentions.length).toBeGreaterThan(40)
  })

  test.each(walks)('only names files that exist in $base', ({ base, text }) => {
    const missing = filesIn(text).filter((path) => locate(base, path) === '')
    expect(missing).toEqual([])
  })

  test.each(walks)('only names functions that are in the file next to them, in $base', (walk) => {
    const wrong = mentionsIn(walk.text).filter(({ name, path }) => {
      const file = locate(walk.base, path)
      return file === '' || !defines(readFileSync(file, 'utf8'), name)
    })
    expect(wrong).toEqual([])
  })

  test.each(['BacklogQueue.enqueue', 'BacklogQueue.#deliverTo'])(
    '%s is found in its file',
    (name) => {
      const source = readFileSync(`${root}broker/src/core/queue/backlog-queue.ts`, 'utf8')
      expect(defines(source, name)).toBe(true)
      expect(defines(source, `${name}d`)).toBe(false)
    },
  )
})
