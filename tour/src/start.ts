// `pnpm start`: runs the programs of every lesson in front of you, and checks their output.
import { createInterface } from 'node:readline'

import { paintFor } from '@messaging-patterns/shared/cli'

import { chooseBroker } from './broker/choose-broker.ts'
import { folderOption, givenUrl, lessonsOption, parse } from './command/arguments.ts'
import { runCommand } from './command/run-command.ts'
import { listenForStop } from './command/stop-signals.ts'
import { terminalDisplay } from './display/terminal-display.ts'
import { chooseLessons, findLessons, numbered, type Lesson } from './course/lessons.ts'
import type { Emit } from './run/events.ts'
import { runTour } from './run/tour.ts'

await runCommand(start)

async function start(argv: readonly string[]): Promise<number> {
  const args = parse(argv, {
    name: 'start',
    describe: 'Runs all lessons, or those that you name, and checks their output.',
    positionals: '[lessons..]',
    options: {
      ...lessonsOption,
      step: { type: 'boolean', describe: 'Wait for Enter before each lesson' },
      list: { type: 'boolean', describe: 'List the lessons, and run none' },
      json: { type: 'boolean', describe: 'Print one JSON object per line' },
      plain: { type: 'boolean', describe: 'Print whole lines after the names of their programs' },
      'usual-url': { type: 'string', hidden: true, describe: 'Replaces amqp://localhost:5672' },
      ...folderOption,
    },
    examples: [
      ['', 'run all lessons'],
      ['routing topics', 'run these two'],
    ],
  })
  if (typeof args === 'number') return args
  const names = args.lessons ?? []
  const lessons = chooseLessons(await findLessons(args.folder), names)
  if (args.list === true) return list(lessons)
  if (names.length > 0) mustBeInTour(lessons)
  return await tour(lessons, args)
}

function list(lessons: readonly Lesson[]): number {
  const width = Math.max(...lessons.map((lesson) => numbered(lesson).length))
  for (const lesson of lessons) {
    const note = lesson.notInTour === undefined ? '' : ' (not in the tour)'
    process.stdout.write(`${numbered(lesson).padEnd(width)}  ${lesson.shows}${note}\n`)
  }
  return 0
}

/** The tour skips lessons that it cannot run, but not if the user has asked for them. */
function mustBeInTour(lessons: readonly Lesson[]): void {
  for (const { name, notInTour } of lessons)
    if (notInTour !== undefined)
      throw new Error(`the tour cannot run ${name}: ${notInTour.reason}; ${notInTour.instead}`)
}

interface TourArguments {
  readonly url?: string | undefined
  readonly 'usual-url'?: string | undefined
  readonly step?: boolean | undefined
  readonly json?: boolean | undefined
  readonly plain?: boolean | undefined
}

async function tour(lessons: readonly Lesson[], args: TourArguments): Promise<number> {
  using signals = listenForStop()
  const emit = displayFor(args)
  await using broker = await chooseBroker(givenUrl(args), args['usual-url'])
  const { admin, embedded, reason } = broker
  const { url, product, version } = admin
  emit({ event: 'broker', url, product, version, embedded, reason })
  using enters = args.step === true ? waitForEnters(signals.stop) : undefined
  const ok = await runTour(lessons, {
    url: broker.url,
    urlOption: args.url,
    admin,
    embedded,
    emit,
    stop: signals.stop,
    kill: signals.kill,
    ...(enters && { beforeEach: enters.next }),
  })
  if (ok === 'interrupted') return 130
  return ok ? 0 : 1
}

function displayFor({ json, plain }: TourArguments): Emit {
  const { stdout } = process
  const write = (text: string): void => void stdout.write(text)
  if (json === true) return (event) => write(`${JSON.stringify(event)}\n`)
  const onTerminal = stdout.isTTY && plain !== true && process.env['TERM'] !== 'dumb'
  return terminalDisplay({
    write,
    paint: paintFor(stdout),
    width: onTerminal ? stdout.columns : undefined,
  })
}

/** Waits for Enter before each lesson. When the input has ended, it no longer waits. */
function waitForEnters(
  stop: AbortSignal,
): Disposable & { readonly next: (lesson: string) => Promise<void> } {
  const input = createInterface({ input: process.stdin, terminal: false })
  const lines = input[Symbol.asyncIterator]()
  const stopped = new Promise<void>((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true })
  })
  return {
    next: async (lesson) => {
      process.stderr.write(`\nPress Enter to start ${lesson} `)
      await Promise.race([lines.next(), stopped])
    },
    [Symbol.dispose]() {
      input.close()
    },
  }
}
