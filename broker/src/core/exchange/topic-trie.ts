import { CountedSet } from '../../collections/counted-set.ts'

interface TrieNode<T> {
  readonly words: Map<string, TrieNode<T>>
  readonly values: CountedSet<T>
}

/**
 * Patterns of words that are separated by dots. `*` stands for one word, and `#` for zero or more. As
 * in RabbitMQ, the empty key has no words, and `a..b` has three.
 */
export class TopicTrie<T> {
  readonly #root = newNode<T>()

  add(pattern: string, value: T): void {
    let node = this.#root
    for (const word of wordsOf(pattern)) {
      const next = node.words.get(word) ?? newNode<T>()
      node.words.set(word, next)
      node = next
    }
    node.values.add(value)
  }

  remove(pattern: string, value: T): void {
    const path: { readonly node: TrieNode<T>; readonly word: string }[] = []
    let node = this.#root
    for (const word of wordsOf(pattern)) {
      const next = node.words.get(word)
      if (next === undefined) return
      path.push({ node, word })
      node = next
    }
    node.values.remove(value)
    for (const step of path.toReversed()) {
      const child = step.node.words.get(step.word)
      if (child === undefined || child.words.size > 0 || !child.values.empty) return
      step.node.words.delete(step.word)
    }
  }

  /** Visits the values of every pattern that matches `key`. */
  match(key: string, visit: (value: T) => void): void {
    const search = { words: wordsOf(key), visit, seen: new Map<TrieNode<T>, Set<number>>() }
    walk(search, this.#root, { at: 0, hashes: 0 })
  }
}

interface Search<T> {
  readonly words: readonly string[]
  readonly visit: (value: T) => void
  /** The places visited after two `#`: only then can the walk visit a place twice. */
  readonly seen: Map<TrieNode<T>, Set<number>>
}

interface Place {
  /** How many of the words are matched. */
  readonly at: number
  /** How many `#` the walk has passed. */
  readonly hashes: number
}

function walk<T>(search: Search<T>, node: TrieNode<T>, { at, hashes }: Place): void {
  if (hashes > 1 && !firstVisit(search, node, at)) return
  const { words, visit } = search
  const word = words[at]
  if (word === undefined) node.values.visit(visit)
  else {
    const same = node.words.get(word)
    if (same !== undefined) walk(search, same, { at: at + 1, hashes })
    const any = node.words.get('*')
    // If the word itself is `*`, this child was visited already.
    if (any !== undefined && any !== same) walk(search, any, { at: at + 1, hashes })
  }
  const many = node.words.get('#')
  if (many === undefined) return
  for (let rest = at; rest <= words.length; rest++)
    walk(search, many, { at: rest, hashes: hashes + 1 })
}

function firstVisit<T>({ seen }: Search<T>, node: TrieNode<T>, at: number): boolean {
  const places = seen.get(node) ?? new Set()
  if (places.has(at)) return false
  seen.set(node, places.add(at))
  return true
}

function newNode<T>(): TrieNode<T> {
  return { words: new Map(), values: new CountedSet() }
}

/** The words of a key or pattern. */
export function wordsOf(key: string): readonly string[] {
  return key === '' ? [] : key.split('.')
}
