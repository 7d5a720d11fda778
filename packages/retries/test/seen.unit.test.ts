import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { Seen } from '../src/seen.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seen-'))
  file = join(folder, 'done.txt')
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

test('remembers what was done, in this process and in the next', () => {
  const seen = new Seen(file)
  expect(seen.has('a')).toBe(false)
  seen.add('a')
  expect(seen.has('a')).toBe(true)
  const next = new Seen(file)
  expect([next.has('a'), next.has('b')]).toEqual([true, false])
})

test('tells ids apart that a stranger made to look like two lines', () => {
  new Seen(file).add('a\nb')
  const next = new Seen(file)
  expect([next.has('a\nb'), next.has('a'), next.has('b')]).toEqual([true, false, false])
})

test('forgets the oldest when there are too many, and its file does not grow for ever', () => {
  const seen = new Seen(file, 3)
  for (let i = 0; i < 100; i++) seen.add(`${i}`)
  expect([96, 97, 98, 99].map((i) => seen.has(`${i}`))).toEqual([false, true, true, true])
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThanOrEqual(8)
  const next = new Seen(file, 3)
  expect([96, 97, 98, 99].map((i) => next.has(`${i}`))).toEqual([false, true, true, true])
})

test('passes over half an id, which a process left that died while it wrote', () => {
  writeFileSync(file, 'whole\nhal')
  const seen = new Seen(file)
  seen.add('next')
  const again = new Seen(file)
  expect(['whole', 'hal', 'next'].map((id) => again.has(id))).toEqual([true, false, true])
})
