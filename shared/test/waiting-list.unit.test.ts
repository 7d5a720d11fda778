import { expect, test } from 'vitest'

import { WaitingList, type Waiting } from '../src/waiting-list.ts'

interface Person extends Waiting<Person> {
  readonly name: string
}

function waiting() {
  const list = new WaitingList<Person>()
  const people: Record<'a' | 'b' | 'c' | 'd', Person> = {
    a: { name: 'a' },
    b: { name: 'b' },
    c: { name: 'c' },
    d: { name: 'd' },
  }
  for (const person of Object.values(people)) list.add(person)
  return { list, people }
}

const namesIn = (list: WaitingList<Person>): string => [...list].map(({ name }) => name).join('')

test('keeps the order, whoever leaves', () => {
  for (const [leaving, left] of [
    ['a', 'bcd'],
    ['b', 'acd'],
    ['d', 'abc'],
    ['abcd', ''],
    ['dcba', ''],
    ['ad', 'bc'],
    ['bc', 'ad'],
  ] as const) {
    const { list, people } = waiting()
    for (const person of Object.values(people).toSorted(
      (one, other) => leaving.indexOf(one.name) - leaving.indexOf(other.name),
    ))
      if (leaving.includes(person.name)) list.remove(person)
    expect(namesIn(list)).toBe(left)
    expect(list.first?.name).toBe(left[0])
    list.add({ name: 'e' })
    expect(namesIn(list)).toBe(`${left}e`)
  }
})

test('lets somebody leave twice, and come back to the end', () => {
  const { list, people } = waiting()
  list.remove(people.b)
  list.remove(people.b)
  expect(namesIn(list)).toBe('acd')
  list.add(people.b)
  expect(namesIn(list)).toBe('acdb')
})

test('goes on when the one who is looked at leaves', () => {
  const { list } = waiting()
  let seen = ''
  for (const person of list) {
    seen += person.name
    list.remove(person)
  }
  expect(seen).toBe('abcd')
  expect(list.first).toBeUndefined()
})

test('is not held by those who have left', () => {
  const { list, people } = waiting()
  const { a, b, c, d } = people
  for (const person of [d, b, c, a]) list.remove(person)
  for (const { before, after } of Object.values(people)) {
    expect(before).toBeUndefined()
    expect(after).toBeUndefined()
  }
})
