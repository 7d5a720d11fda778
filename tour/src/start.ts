// `pnpm start`: every lesson's programs, run in front of you, and what was to be seen checked.
import { createInterface } from 'node:readline'

import { parse, urlOf } from './arguments.ts'
import { chooseBroker } from './choose-broker.ts'
import type { Show } from './events.ts'
import { chooseLessons, findLessons, shownByTour, type Lesson } from './lessons.ts'
import { paintFor } from './paint.ts'
import { run } from './run.ts'
import { stopOnSignals } from './signals.ts'
import { terminalShow } from './terminal-show.ts'
import { runTour } from './tour.ts'

await run(main)

async function main(argv: readonly string[]): Promise<number> {
  const args = parse(argv, {
    name: 'start',
    describe: 'Runs the lessons, all or those you name, and checks what is to be seen.',
    words: '[lessons..]',
    options: {
      lessons: { type: 'string', array: true, describe: 'Names or numbers of lessons' },
      step: { type: 'boolean', describe: 'Wait for Enter before each lesson' },
      list: { type: 'boolean', describe: 'Say which lessons there are, and run none' },
      json: { type: 'boolean', describe: 'Print one JSON object a line' },
      plain: { type: 'boolean', describe: 'Whole lines with names before them, and no columns' },
      usual: { type: 'string', hidden: true, describe: 'Instead of amqp://localhost:5672' },
      folder: { type: 'string', hidden: true, describe: 'Where the lessons are' },
    },
    examples: [
      ['', 'all lessons'],
      ['routing topics', 'these two'],
    ],
  })
  if (typeof args === 'number') return args
  const lessons = chooseLessons(shownByTour(await findLessons(args.folder)), args.lessons ?? [])
  return args.list === true ? list(lessons) : await tour(lessons, args)
}

function list(lessons: readonly Lesson[]): number {
  const width = Math.max(...lessons.map(({ name }) => name.length))
  for (const { order, name, shows } of lessons)
    process.stdout.write(`${String(order).padStart(2)} ${name.padEnd(width)}  ${shows}\n`)
  return 0
}

interface TourArguments {
  readonly url?: string | undefined
  readonly usual?: string | undefined
  readonly step?: boolean | undefined
  readonly json?: boolean | undefined
  readonly plain?: boolean | undefined
}

async function tour(lessons: readonly Lesson[], args: TourArguments): Promise<number> {
  using stop = stopOnSignals()
  const show = showFor(args)
  await using broker = await chooseBroker(urlOf(args), args.usual)
  const { url, admin, embedded, because } = broker
  const { product, version } = admin
  show({ event: 'broker', url: admin.url, product, version, embedded, because })
  using steps = args.step === true ? enters(stop.signal) : undefined
  const stage = { url, admin, embedded, show, given: args.url, ...stop }
  const done = await runTour(lessons, { ...stage, ...(steps && { beforeEach: steps.next }) })
  if (done === 'interrupted') return 130
  return done ? 0 : 1
}

function showFor({ json, plain }: TourArguments): Show {
  const { stdout } = process
  const write = (text: string): void => void stdout.write(text)
  if (json === true) return (event) => write(`${JSON.stringify(event)}\n`)
  const onTerminal = stdout.isTTY && plain !== true && process.env['TERM'] !== 'dumb'
  return terminalShow({
    write,
    paint: paintFor(stdout),
    width: onTerminal ? stdout.columns : undefined,
  })
}

/** Waits for one Enter after the other; at the end of the input nobody is waited for any more. */
function enters(
  signal: AbortSignal,
): Disposable & { readonly next: (lesson: string) => Promise<void> } {
  const input = createInterface({ input: process.stdin, terminal: false })
  const lines = input[Symbol.asyncIterator]()
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  return {
    next: async (lesson) => {
      process.stderr.write(`\nEnter starts ${lesson} `)
      await Promise.race([lines.next(), aborted])
    },
    [Symbol.dispose]() {
      input.close()
    },
  }
}
