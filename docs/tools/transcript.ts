import { commentOf, fencesOf, type Fence } from './markdown.ts'

/** What a person does in a terminal, and what it then shows. */
export interface Step {
  /** A line that is typed; or a key; or nothing, when what runs already just goes on. */
  readonly act: { readonly type: string } | 'Ctrl-C' | 'Enter' | 'watch'
  /** The lines that the terminal shows then. */
  readonly shows: readonly string[]
}

/** The name of the block for a reader whose broker is `pnpm broker`: its terminal is shown. */
export const brokerTerminal = 'With `pnpm broker`'

/** A console block. */
export interface Block {
  readonly fence: Fence
  /**
   * The name in bold before the block, "Terminal 1" or "With Docker"; a block without one has a
   * terminal of its own.
   */
  readonly terminal: string
  readonly steps: readonly Step[]
  /** Why it cannot be run, if it cannot. */
  readonly notRun: string | undefined
  /** The order of its lines is free. */
  readonly anyOrder: boolean
  /** Its lines and those of its neighbours that say the same are shared among them. */
  readonly shared: boolean
  /** It shows what the embedded broker does not do, or what happens in a container. */
  readonly needsRabbitMq: boolean
  /** It shows the terminal of the embedded broker, or what only this broker does. */
  readonly needsEmbedded: boolean
}

/**
 * The console blocks of a page, in groups. Blocks with nothing but the names of their terminals
 * between them are a group: their programs run side by side. A name that comes again begins another.
 */
export function scenesOf(lines: readonly string[]): Block[][] {
  const scenes: Block[][] = []
  // The last line of the block before, with the empty ones that follow it.
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
  /** The first line of the name and the comments over the block. */
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
    // As in a real terminal, what is printed after Ctrl-C stands behind its ^C.
    const [, after] = /^\^C(.*)$/.exec(line) ?? []
    if (command !== undefined) steps.push({ act: { type: command }, shows: [] })
    else if (after !== undefined) steps.push({ act: 'Ctrl-C', shows: after === '' ? [] : [after] })
    else if (line === '⏎') steps.push({ act: 'Enter', shows: [] })
    else if (steps.length === 0) steps.push({ act: 'watch', shows: [line] })
    else steps.at(-1)?.shows.push(line)
  }
  return steps
}

/** The inverse of reading: the lines of a block with these steps. */
export function linesOf(steps: readonly Step[]): string[] {
  return steps.flatMap(({ act, shows }) => {
    if (act === 'watch') return [...shows]
    if (act === 'Ctrl-C') return [`^C${shows[0] ?? ''}`, ...shows.slice(1)]
    if (act === 'Enter') return ['⏎', ...shows]
    return [`$ ${act.type}`, ...shows]
  })
}
