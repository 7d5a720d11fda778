import { expect, test } from 'vitest'

import { LinkedList, type Linked } from '../../src/publishing/linked-list.ts'

interface Letter extends Linked<Letter> {
  readonly name: string
}

function listOfFour() {
  const list = new LinkedList<Letter>()
  const letters: Record<'a' | 'b' | 'c' | 'd', Letter> = {
    a: { name: 'a' },
    b: { name: 'b' },
    c: { name: 'c' },
    d: { name: 'd' },
  }
  for (const letter of Object.values(letters)) list.add(letter)
  return { list, letters }
}

const namesIn = (list: LinkedList<Letter>): string => [...list].map(({ name }) => name).join('')

test('keeps its order, whichever items are removed', () => {
  for (const [removed, rest] of [
    ['a', 'bcd'],
    ['b', 'acd'],
    ['d', 'abc'],
    ['abcd', ''],
    ['dcba', ''],
    ['ad', 'bc'],
    ['bc', 'ad'],
  ] as const) {
    const { list, letters } = listOfFour()
    for (const letter of Object.values(letters).toSorted(
      (one, other) => removed.indexOf(one.name) - removed.indexOf(other.name),
    ))
      if (removed.includes(letter.name)) list.remove(letter)
    expect(namesIn(list)).toBe(rest)
    expect(list.first?.name).toBe(rest[0])
    list.add({ name: 'e' })
    expect(namesIn(list)).toBe(`${rest}e`)
  }
})

test('ignores a second removal, and adds a removed item at the end', () => {
  const { list, letters } = listOfFour()
  list.remove(letters.b)
  list.remove(letters.b)
  expect(namesIn(list)).toBe('acd')
  list.add(letters.b)
  expect(namesIn(list)).toBe('acdb')
})

test('goes on when the current item is removed', () => {
  const { list } = listOfFour()
  let seen = ''
  for (const letter of list) {
    seen += letter.name
    list.remove(letter)
  }
  expect(seen).toBe('abcd')
  expect(list.first).toBeUndefined()
})

test('is not referenced by removed items', () => {
  const { list, letters } = listOfFour()
  const { a, b, c, d } = letters
  for (const letter of [d, b, c, a]) list.remove(letter)
  for (const { before, after } of Object.values(letters)) {
    expect(before).toBeUndefined()
    expect(after).toBeUndefined()
  }
})
