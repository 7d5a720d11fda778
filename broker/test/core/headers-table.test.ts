import { describe, expect, it } from 'vitest'

import { checkMatchMode, HeadersTable } from '../../src/core/exchange/headers-table.ts'
import type { FieldTable } from '../../src/protocol/field-value.ts'
import { Random } from '../support/random.ts'
import { fields } from '../support/vhost.ts'

function matches(bindings: readonly FieldTable[], headers: FieldTable | undefined): number[] {
  const table = new HeadersTable<number>()
  bindings.forEach((args, index) => table.add({ routingKey: '', arguments: args }, index))
  const found = new Set<number>()
  table.match({ routingKey: '', extraKeys: [], headers }, (index) => found.add(index))
  return Array.from(found).toSorted((a, b) => a - b)
}

describe('HeadersTable', () => {
  it('requires all headers, unless x-match is any', () => {
    const wanted = { a: 1, b: 2 }
    const bindings = [
      fields(wanted),
      fields({ ...wanted, 'x-match': 'all' }),
      fields({ ...wanted, 'x-match': 'any' }),
    ]
    expect(matches(bindings, fields({ a: 1, b: 2, c: 3 }))).toEqual([0, 1, 2])
    expect(matches(bindings, fields({ a: 1 }))).toEqual([2])
    expect(matches(bindings, fields({ a: 3 }))).toEqual([])
    expect(matches(bindings, undefined)).toEqual([])
  })

  it('matches every message without arguments, but none with x-match=any', () => {
    const bindings = [fields({}), fields({ 'x-match': 'any' }), fields({ 'x-match': 'all' })]
    expect(matches(bindings, undefined)).toEqual([0, 2])
    expect(matches(bindings, fields({ a: 1 }))).toEqual([0, 2])
  })

  it('matches any value for a void argument', () => {
    expect(matches([fields({ a: undefined })], fields({ a: 'whatever' }))).toEqual([0])
    expect(matches([fields({ a: undefined })], fields({ b: 1 }))).toEqual([])
  })

  it('ignores x- headers of the binding unless the mode ends in -with-x', () => {
    const bindings = [
      fields({ 'x-match': 'all', 'x-a': 1, b: 1 }),
      fields({ 'x-match': 'all-with-x', 'x-a': 1, b: 1 }),
      fields({ 'x-match': 'any-with-x', 'x-a': 1 }),
      fields({ 'x-match': 'any', 'x-a': 1 }),
    ]
    expect(matches(bindings, fields({ b: 1 }))).toEqual([0])
    expect(matches(bindings, fields({ b: 1, 'x-a': 1 }))).toEqual([0, 1, 2])
  })

  it('compares integers by value and not by width, and distinguishes them from other types', () => {
    const long = new Map([['a', { type: 'long', value: 5 } as const]])
    expect(matches([fields({ a: 5 })], long)).toEqual([0])
    expect(matches([fields({ a: 5 })], fields({ a: '5' }))).toEqual([])
    const double = new Map([['a', { type: 'double', value: 5 } as const]])
    expect(matches([fields({ a: 5 })], double)).toEqual([])
  })

  it('agrees with a simple implementation for random headers', () => {
    const random = new Random(7)
    const names = ['a', 'b', 'c', 'x-d']
    const some = (): Record<string, number> =>
      Object.fromEntries(names.filter(() => random.below(2) === 0).map((n) => [n, random.below(2)]))
    const modes = ['all', 'any', 'all-with-x', 'any-with-x']
    for (let round = 0; round < 300; round++) {
      const headers = some()
      const hit = ([name, value]: [string, number]): boolean => headers[name] === value
      const bindings = Array.from({ length: 12 }, () => ({
        mode: random.pick(modes),
        want: some(),
      }))
      const expected = bindings.flatMap(({ mode, want }, index) => {
        const wanted = Object.entries(want).filter(
          ([name]) => mode.endsWith('-with-x') || !name.startsWith('x-'),
        )
        const found = mode.startsWith('all') ? wanted.every(hit) : wanted.some(hit)
        return found ? [index] : []
      })
      const tables = bindings.map(({ mode, want }) => fields({ ...want, 'x-match': mode }))
      expect(matches(tables, fields(headers))).toEqual(expected)
    }
  })

  it('forgets a binding that is removed', () => {
    const table = new HeadersTable<number>()
    const rule = { routingKey: '', arguments: fields({ a: 1 }) }
    table.add(rule, 1)
    table.remove(rule, 1)
    table.remove(rule, 1)
    table.match({ routingKey: '', extraKeys: [], headers: fields({ a: 1 }) }, () => {
      throw new Error('nothing is bound')
    })
  })

  it('refuses an unknown x-match as RabbitMQ does', () => {
    expect(() => checkMatchMode(fields({ 'x-match': 'zz' }))).toThrow(
      'Invalid x-match field value <<"zz">>; expected all, any, all-with-x, or any-with-x',
    )
    expect(() => checkMatchMode(fields({ 'x-match': 5 }))).toThrow(
      'Invalid x-match field type signedint (value 5); expected longstr',
    )
  })
})
