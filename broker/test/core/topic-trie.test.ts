import { describe, expect, it } from 'vitest'

import { TopicTrie } from '../../src/core/exchange/topic-trie.ts'
import { Random } from '../support/random.ts'

function matches(patterns: readonly string[], key: string): string[] {
  const trie = new TopicTrie<string>()
  for (const pattern of patterns) trie.add(pattern, pattern)
  const found = new Set<string>()
  trie.match(key, (pattern) => found.add(pattern))
  return Array.from(found).toSorted()
}

/** A simple implementation of the rule, without regard to speed. */
function naive(pattern: readonly string[], key: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return key.length === 0
  if (first === '#') return naive(rest, key) || (key.length > 0 && naive(pattern, key.slice(1)))
  if (key.length === 0) return false
  return (first === '*' || first === key[0]) && naive(rest, key.slice(1))
}

function words(text: string): string[] {
  return text === '' ? [] : text.split('.')
}

describe('TopicTrie', () => {
  it('matches exactly one word with *, and any number of words with #', () => {
    const patterns = ['a.*', 'a.#', '#', '*', 'a.*.c.#', '#.c', 'a', '']
    expect(matches(patterns, 'a.b')).toEqual(['#', 'a.#', 'a.*'])
    expect(matches(patterns, 'a')).toEqual(['#', '*', 'a', 'a.#'])
    expect(matches(patterns, 'a.b.c')).toEqual(['#', '#.c', 'a.#', 'a.*.c.#'])
  })

  it('sees no words in the empty key, and three in a..b', () => {
    expect(matches(['#', '*', '', '*.*.*', 'a..b'], '')).toEqual(['', '#'])
    expect(matches(['*.*.*', 'a..b', 'a.*', 'a.b'], 'a..b')).toEqual(['*.*.*', 'a..b'])
    expect(matches(['a.*', 'a'], 'a.')).toEqual(['a.*'])
  })

  it('agrees with a simple implementation for random keys and patterns', () => {
    const random = new Random(20_260_101)
    const word = (): string => random.pick(['a', 'b', 'c', '', '*', '#', '#', '*'])
    const text = (longest: number): string =>
      Array.from({ length: random.below(longest + 1) }, word).join('.')
    for (let round = 0; round < 400; round++) {
      const patterns = Array.from(new Set(Array.from({ length: 20 }, () => text(5))))
      const key = text(6).replaceAll(/[*#]/g, 'a')
      const expected = patterns.filter((pattern) => naive(words(pattern), words(key)))
      expect(matches(patterns, key), `key ${key}`).toEqual(expected.toSorted())
    }
  })

  it('forgets a removed pattern, and the nodes that only it needed', () => {
    const trie = new TopicTrie<string>()
    trie.add('a.b.c', '1')
    trie.add('a.b', '2')
    trie.add('a.b', '2')
    trie.remove('a.b.c', '1')
    trie.remove('a.b', '2')
    trie.remove('x.y', '3')
    const found: string[] = []
    trie.match('a.b', (value) => found.push(value))
    trie.match('a.b.c', (value) => found.push(value))
    expect(found).toEqual(['2'])
  })

  it('does not take forever for two # and a long key', () => {
    const key = Array.from({ length: 2000 }, () => 'a').join('.')
    expect(matches(['#.a.#.b'], key)).toEqual([])
  })
})
