import { expect, test } from 'vitest'

import { WaitingList, type Waiting } from '../src/waiting-list.ts'

interface Person extends Waiting<Person> {
  readonly name: string
}

function waiting(...names: readonly string[]) {
  const list = new WaitingList<Person>()
  const people = names.map((name): Person => ({ name }))
  for (const person of people) list.add(person)
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
    const { list, people } = waiting('a', 'b', 'c', 'd')
    for (const name of leaving) list.remove(people.find((person) => person.name === name)!)
    expect(namesIn(list)).toBe(left)
    expect(list.first?.name).toBe(left[0])
    list.add({ name: 'e' })
    expect(namesIn(list)).toBe(`${left}e`)
  }
})

test('lets somebody leave twice, and come back to the end', () => {
  const { list, people } = waiting('a', 'b', 'c')
  const [a] = people
  list.remove(a!)
  list.remove(a!)
  expect(namesIn(list)).toBe('bc')
  list.add(a!)
  expect(namesIn(list)).toBe('bca')
})

test('goes on when the one who is looked at leaves', () => {
  const { list } = waiting('a', 'b', 'c')
  let seen = ''
  for (const person of list) {
    seen += person.name
    list.remove(person)
  }
  expect(seen).toBe('abc')
  expect(list.first).toBeUndefined()
})

test('holds nobody who has left', () => {
  const { list, people } = waiting('a', 'b')
  for (const person of people) list.remove(person)
  expect(people).toEqual([
    { name: 'a', before: undefined, after: undefined },
    { name: 'b', before: undefined, after: undefined },
  ])
})
