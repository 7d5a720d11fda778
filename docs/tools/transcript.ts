import { commentOf, fencesOf, type Fence } from './markdown.ts'

/** What the reader does in a terminal, and what it shows then. */
export interface Step {
  /** A command that is typed, a key, or nothing while a program continues. */
  readonly act: { readonly type: string } | 'Ctrl-C' | 'Enter' | 'watch'
  /** The lines that the terminal shows after that. */
  readonly shows: readonly string[]
}

/** The heading of a block for readers of `pnpm broker`. It shows the terminal of the broker. */
export const brokerTerminal = 'With `pnpm broker`'

/** A console block. */
export interface Block {
  readonly fence: Fence
  /**
   * The heading in bold above the block: "Terminal 1" or "With Docker". A block without one gets its
   * own terminal.
   */
  readonly terminal: string
  readonly steps: readonly Step[]
  /** Why it cannot be run; undefined if it can. */
  readonly notRun: string | undefined
  /** Its lines may come in any order. */
  readonly anyOrder: boolean
  /** Several workers divide these lines among themselves, and each block shows those of one. */
  readonly shared: boolean
  /** It shows something that the embedded broker cannot do, or that happens in a container. */
  readonly needsRabbitMq: boolean
  /** It shows the terminal of the embedded broker, or something that only this broker does. */
  readonly needsEmbedded: boolean
}

/**
 * The console blocks of a page, in groups. Blocks with nothing but the names of their terminals
 * between them form a group: their programs run side by side. If a name occurs twice, the second
 * starts a new group.
 */
export function scenesOf(lines: readonly string[]): Block[][] {
  const scenes: Block[][] = []
  // The last line of the previous block, including the empty lines after it.
  let end = -2
  for (const fence of fencesOf(lines)) {
    if (fence.info.split(' ')[0] !== 'console') continue
    const heading = headingOf(lines, fence.open)
    const block = blockOf(fence, heading, scenes.length)
    const scene = heading.terminal !== undefined && heading.start - 1 <= end && scenes.at(-1)
    if (scene && !scene.some(({ terminal }) => terminal === block.terminal)) scene.push(block)
    else scenes.push([block])
    end = fence.close
    while (lines[end + 1] === '') end += 1
  }
  return scenes
}

interface Heading {
  /** The first line of the heading and the comments above the block. */
  readonly start: number
  readonly terminal: string | undefined
  readonly wishes: readonly string[]
}

function headingOf(lines: readonly string[], open: number): Heading {
  let start = open
  let terminal: string | undefined
  const wishes: string[] = []
  for (let above = open - 1; above >= 0; above--) {
    const line = lines[above] ?? ''
    const wish = commentOf('run', line)
    const name = /^\*\*(Terminal \d+|With [^*]+)\*\*/.exec(line)?.[1]
    if (wish !== undefined) wishes.push(...wish.split('; '))
    else if (name !== undefined && terminal === undefined) terminal = name
    else if (line !== '') break
    if (line !== '') start = above
  }
  return { start, terminal, wishes }
}

function blockOf(fence: Fence, { terminal, wishes }: Heading, scene: number): Block {
  const wish = {
    notRun: undefined as string | undefined,
    anyOrder: false,
    shared: false,
    needsRabbitMq: false,
    needsEmbedded: terminal === brokerTerminal,
  }
  for (const text of wishes) {
    const [, reason] = /^not, because (.+)$/.exec(text) ?? []
    if (reason !== undefined) wish.notRun = reason
    else if (text === 'in any order') wish.anyOrder = true
    else if (text === 'shared') wish.shared = true
    else if (text === 'needs RabbitMQ') wish.needsRabbitMq = true
    else if (text === 'needs pnpm broker') wish.needsEmbedded = true
    else throw new Error(`line ${fence.open + 1}: a block is not run "${text}"`)
  }
  const steps = stepsOf(fence.lines)
  const inContainer = steps.some(
    ({ act }) => typeof act === 'object' && act.type.startsWith('docker '),
  )
  return {
    fence,
    terminal: terminal ?? `the terminal of scene ${scene}`,
    steps,
    ...wish,
    needsRabbitMq: wish.needsRabbitMq || inContainer,
  }
}

function stepsOf(lines: readonly string[]): Step[] {
  const steps: { act: Step['act']; shows: string[] }[] = []
  for (const line of lines) {
    const [, command] = /^\$ (.+)$/.exec(line) ?? []
    // As in a real terminal, output after Ctrl-C continues the line with the ^C.
    const [, after] = /^\^C(.*)$/.exec(line) ?? []
    if (command !== undefined) steps.push({ act: { type: command }, shows: [] })
    else if (after !== undefined) steps.push({ act: 'Ctrl-C', shows: after === '' ? [] : [after] })
    else if (line === '⏎') steps.push({ act: 'Enter', shows: [] })
    else if (steps.length === 0) steps.push({ act: 'watch', shows: [line] })
    else steps.at(-1)?.shows.push(line)
  }
  return steps
}

/** The inverse of `stepsOf`: the lines of a block with these steps. */
export function linesOf(steps: readonly Step[]): string[] {
  return steps.flatMap(({ act, shows }) => {
    if (act === 'watch') return [...shows]
    if (act === 'Ctrl-C') return [`^C${shows[0] ?? ''}`, ...shows.slice(1)]
    if (act === 'Enter') return ['⏎', ...shows]
    return [`$ ${act.type}`, ...shows]
  })
}
