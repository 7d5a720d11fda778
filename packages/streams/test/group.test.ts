import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { brokerForEachTest, programsOn } from '@messaging-patterns/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { group, outputOn, producer } from './programs.ts'

const broker = brokerForEachTest()
const { start } = programsOn(broker)
const { linesOf, factsOf } = outputOn(broker)

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streams-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** The name of a group whose file is in our folder. */
function named(name: string): string {
  return join(folder, name)
}

function storedOf(name: string): number {
  return Number(readFileSync(`${named(name)}.offset`, 'utf8'))
}

describe('a group', () => {
  test('continues where it stopped; another group starts at the beginning', async () => {
    await linesOf(producer, '--count', '5')
    const numbers = async (name: string, count: string): Promise<unknown[]> => {
      const facts = await factsOf(group, named(name), '--count', count)
      return facts.map(({ offset }) => offset)
    }
    expect(await numbers('billing', '2')).toEqual([0, 1])
    expect(await numbers('reports', '3')).toEqual([0, 1, 2])
    expect(await numbers('billing', '3')).toEqual([2, 3, 4])
    expect(await numbers('reports', '2')).toEqual([3, 4])
  })

  test('gets what was sent while it was away', async () => {
    await linesOf(producer, 'first')
    await linesOf(group, named('billing'), '--count', '1')
    await linesOf(producer, 'while away')
    expect(await linesOf(group, named('billing'), '--count', '1')).toEqual(['1: while away done'])
  })

  test('that is slow does not hold up another one', async () => {
    await linesOf(producer, '--count', '5')
    await using slow = start(group, named('slow'), '--work-ms', '300000')
    await slow.says(/starts at the beginning/)
    expect(await linesOf(group, named('fast'), '--count', '5')).toHaveLength(5)
    expect(slow.lines).toEqual([])
  })

  test('saves the offset when it is stopped', async () => {
    await linesOf(producer, '--count', '2')
    await using program = start(group, named('billing'))
    await program.hasLines(2)
    program.signal('SIGINT')
    expect(await program.ends()).toMatchObject({ code: 0 })
    expect(storedOf('billing')).toBe(1)
  })

  test('that is killed again and again does every message, and the file is never ahead', async () => {
    const count = 30
    await linesOf(producer, '--count', String(count))
    const done = new Set<number>()
    const finish = (lines: readonly string[]): void => {
      for (const line of lines) done.add(Number.parseInt(line, 10))
      const finished = Array.from({ length: storedOf('billing') + 1 }, (_, offset) => offset)
      for (const offset of finished) expect(done).toContain(offset)
    }
    for (let death = 1; death <= 4; death++) {
      await using program = start(group, named('billing'), '--work-ms', '300')
      await program.says(/saved/)
      // The work takes so long that this is in the middle of it.
      program.signal('SIGKILL')
      await program.ends()
      finish(program.lines)
    }
    finish(
      await linesOf(group, named('billing'), '--count', String(count - 1 - storedOf('billing'))),
    )
    expect(done.size).toBe(count)
  })
})
