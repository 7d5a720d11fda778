import { linkSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { DoneIds } from '../src/done-ids.ts'

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
  const seen = new DoneIds(file)
  expect(seen.has('a')).toBe(false)
  seen.add('a')
  expect(seen.has('a')).toBe(true)
  const next = new DoneIds(file)
  expect([next.has('a'), next.has('b')]).toEqual([true, false])
})

test('tells an id with a line break from two ids', () => {
  new DoneIds(file).add('a\nb')
  const next = new DoneIds(file)
  expect([next.has('a\nb'), next.has('a'), next.has('b')]).toEqual([true, false, false])
})

test('forgets the oldest ids when there are too many, and its file does not grow forever', () => {
  const seen = new DoneIds(file, 3)
  for (let i = 0; i < 100; i++) seen.add(`${i}`)
  expect([96, 97, 98, 99].map((i) => seen.has(`${i}`))).toEqual([false, true, true, true])
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThanOrEqual(8)
  const next = new DoneIds(file, 3)
  expect([96, 97, 98, 99].map((i) => next.has(`${i}`))).toEqual([false, true, true, true])
})

test('replaces the file as a whole, so that a process that dies meanwhile loses no id', () => {
  writeFileSync(file, 'whole\nhal')
  const old = join(folder, 'old.txt')
  linkSync(file, old)
  new DoneIds(file).add('next')
  expect(readFileSync(old, 'utf8')).toBe('whole\nhal')
  expect(readFileSync(file, 'utf8')).toBe('whole\nnext\n')
})

test('ignores half an id, left by a process that died while writing it', () => {
  writeFileSync(file, 'whole\nhal')
  const seen = new DoneIds(file)
  seen.add('next')
  const again = new DoneIds(file)
  expect(['whole', 'hal', 'next'].map((id) => again.has(id))).toEqual([true, false, true])
})
