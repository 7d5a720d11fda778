/** What differs from run to run, and how it is recognized. */
const free: Readonly<Record<string, RegExp>> = {
  time: /\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d{3}Z?/g,
  'message id': /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g,
  'server-named queue': /amq\.gen-[\w-]{22}/g,
  'consumer tag': /amq\.ctag-[\w-]{22}/g,
  'process id': /(?<=kill -9 )\d+/g,
}

/** What a program measured: a duration, and perhaps the rate that goes with it; or duplicates. */
const measured = [
  /(?<=could not be recovered in )\d+ s/,
  /(?<=^Published .* in )[\d.]+s \(\d+\/s\)/,
  /(?<=^the longest wait for a confirm was )\d+ ms/,
  /(?<=^different messages: \d+, duplicates: )\d+/,
  /(?<=^(?:10 queues|1 stream): published in )[\d.]+s/,
  /(?<= stored, read in )[\d.]+s(?=, late reader gets )/,
  // How many messages fit into a segment, or into a chunk, depends on when they are written.
  /(?<=^asked for message 3, and got message )\d+; \d+(?= messages are left$)/,
  /(?<=^sent at once: )\d+(?= of 100 delivered, )/,
  // How much a worker gets depends on how soon it was free.
  /(?<=^dots of work done: )\d+/,
]

/**
 * A connection that breaks may be noticed while something is read from it, or written to it. A
 * broker that is stopped may say so first: RabbitMQ in a container does not, the embedded one does.
 */
const broken =
  /(?<=^connection lost \(|could not be recovered in <a figure> \()(?:Unexpected close|CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'|(?:read|write) E[A-Z]+)/

/** How many messages arrive twice is up to chance, but not how many different ones arrive. */
const counted = /^messages received: (\d+), duplicates: (\d+)$/

/** When rabbit1 is gone, either of the others may lead. */
const others = /rabbit@rabbit[23]/g

/** The nodes that have a copy of a queue come in any order. */
const copies = /(?<=\[)rabbit@\w+(?:, rabbit@\w+)+(?=\])/

interface Template {
  readonly text: string
  readonly tokens: readonly string[]
}

function templateOf(line: string): Template {
  const tokens: string[] = []
  let text = measured
    .reduce((rest, pattern) => rest.replace(pattern, '<a figure>'), line.trimEnd())
    .replace(broken, '<a broken connection>')
    .replace(counted, (_, all, twice) => `${Number(all) - Number(twice)} different messages`)
    .replace(copies, (nodes) => nodes.split(', ').toSorted().join(', '))
    .replaceAll(others, '<another node>')
  for (const [kind, pattern] of Object.entries(free))
    text = text.replaceAll(pattern, (token) => {
      tokens.push(token)
      return `<${kind}>`
    })
  return { text, tokens }
}

/**
 * Compares the output that a page shows with the real output. A time or a name on a page stands for the
 * same real time or name everywhere on that page, which `known` remembers.
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

  /** The inverse: a line with the names that the page has for those in fact. */
  onPage(line: string): string {
    const entries = [...this.#known]
    const nameOf = (meaning: string): string =>
      entries.find(([, known]) => known === meaning)?.[0] ?? meaning
    return templateOf(line).tokens.reduce((text, token) => text.replace(token, nameOf(token)), line)
  }

  /** Learns which real names and times those on the page stand for, as far as their order shows it. */
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
  wanted: readonly Template[],
  found: readonly Template[],
  meanings: Map<string, string>,
): boolean {
  // By numbers: there may be ten thousand lines, too many to copy for each of them.
  const matchFrom = (next: number, at: number): boolean => {
    const first = wanted[next]
    if (first === undefined) return at === found.length
    if (first.text === '...') {
      for (let after = at; after <= found.length; after++)
        if (matchFrom(next + 1, after)) return true
      return false
    }
    const line = found[at]
    if (line === undefined || line.text !== first.text) return false
    if (!meansTheSame(first, line, meanings)) return false
    return matchFrom(next + 1, at + 1)
  }
  return matchFrom(0, 0)
}

/** Whether each time or name of the one can stand for that of the other; if so, it does. */
function meansTheSame(wanted: Template, found: Template, meanings: Map<string, string>): boolean {
  for (const [index, token] of wanted.tokens.entries()) {
    const meaning = found.tokens[index] ?? ''
    if ((meanings.get(token) ?? meaning) !== meaning) return false
    if (token.startsWith('amq.gen-') && isTaken(meaning, token, meanings)) return false
    meanings.set(token, meaning)
  }
  return true
}

/** Two names of queues on a page are two queues, because readers compare them. */
function isTaken(meaning: string, by: string, meanings: ReadonlyMap<string, string>): boolean {
  return [...meanings].some(([token, known]) => known === meaning && token !== by)
}

/** Both, side by side, for the person who has to find the difference. */
export function difference(wanted: readonly string[], found: readonly string[]): string {
  return `the page shows\n${indented(wanted)}\nand there was\n${indented(found)}`
}

function indented(lines: readonly string[]): string {
  const shown = lines.length > 40 ? withoutSeries(lines) : lines
  return shown.length === 0 ? '    (nothing)' : shown.map((line) => `    ${line}`).join('\n')
}

/** Drops all but the first of several lines that only differ in their numbers. */
function withoutSeries(lines: readonly string[]): string[] {
  const kinds = lines.map((line) => line.replaceAll(/\d+/g, '0'))
  return lines.filter((_, number) => kinds[number] !== kinds[number - 1])
}
