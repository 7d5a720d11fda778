/** What differs from run to run, and how it is recognised. */
const free: Readonly<Record<string, RegExp>> = {
  time: /\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d{3}Z?/g,
  'message id': /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g,
  'server-named queue': /amq\.gen-[\w-]{22}/g,
  'consumer tag': /amq\.ctag-[\w-]{22}/g,
  'process id': /(?<=kill -9 )\d+/g,
}

/** What a program measured: a duration, and perhaps the rate that goes with it. */
const measured = /(?<=did not come back in )\d+ s|(?<=^Published .* in )[\d.]+s \(\d+\/s\)/g

interface Template {
  readonly text: string
  readonly tokens: readonly string[]
}

function templateOf(line: string): Template {
  const tokens: string[] = []
  let text = line.trimEnd().replaceAll(measured, '<a time>')
  for (const [kind, pattern] of Object.entries(free))
    text = text.replaceAll(pattern, (token) => {
      tokens.push(token)
      return `<${kind}>`
    })
  return { text, tokens }
}

/**
 * Compares what a page shows with what was there. The same time or name on a page stands for the
 * same time or name in fact, everywhere on the page: that is what `known` remembers.
 */
export class Comparison {
  readonly #known = new Map<string, string>()

  /** Whether the lines are those that were wanted; a wanted "..." is any number of lines. */
  matches(wanted: readonly string[], found: readonly string[]): boolean {
    const meanings = new Map(this.#known)
    if (!match(wanted.map(templateOf), found.map(templateOf), meanings)) return false
    for (const [token, meaning] of meanings) this.#known.set(token, meaning)
    return true
  }

  /** What a line of the page means in fact: with the names that stand for those on the page. */
  inFact(line: string): string {
    return templateOf(line).tokens.reduce(
      (text, token) => text.replace(token, this.#known.get(token) ?? token),
      line,
    )
  }

  /** Takes what was shown for what was meant, as far as that can be told by the order. */
  learn(wanted: readonly string[], found: readonly string[]): void {
    const tokens = found.flatMap((line) => templateOf(line).tokens)
    for (const [index, token] of wanted.flatMap((line) => templateOf(line).tokens).entries())
      this.#known.set(token, tokens[index] ?? token)
  }

  /** The same lines in another order: times and names then only have to be some. */
  matchesInAnyOrder(wanted: readonly string[], found: readonly string[]): boolean {
    return sorted(wanted) === sorted(found)
  }
}

function sorted(lines: readonly string[]): string {
  const texts = lines.map((line) => templateOf(line).text)
  return texts.toSorted().join('\n')
}

function match(
  [first, ...rest]: readonly Template[],
  found: readonly Template[],
  meanings: Map<string, string>,
): boolean {
  if (first === undefined) return found.length === 0
  if (first.text === '...') {
    for (let skipped = 0; skipped <= found.length; skipped++)
      if (match(rest, found.slice(skipped), meanings)) return true
    return false
  }
  const [line, ...others] = found
  if (line === undefined || line.text !== first.text) return false
  for (const [index, token] of first.tokens.entries()) {
    const meaning = line.tokens[index] ?? ''
    if ((meanings.get(token) ?? meaning) !== meaning) return false
    meanings.set(token, meaning)
  }
  return match(rest, others, meanings)
}

/** Both, side by side, for the person who has to find the difference. */
export function difference(wanted: readonly string[], found: readonly string[]): string {
  return `the page shows\n${indented(wanted)}\nand there was\n${indented(found)}`
}

function indented(lines: readonly string[]): string {
  return lines.length === 0 ? '    (nothing)' : lines.map((line) => `    ${line}`).join('\n')
}
