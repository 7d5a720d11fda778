import { maskText } from '@messaging-patterns/shared'
import type { Paint } from '@messaging-patterns/shared/cli'

import { numbered } from '../course/lessons.ts'
import type { Emit, LessonResult, TourEvent } from '../run/events.ts'
import { layoutFor, wrap, type Layout, type ProgramLine } from './layout.ts'

export interface TerminalDisplayOptions {
  readonly write: (text: string) => void
  readonly paint: Paint
  /** The width of the terminal; undefined if there is none, for plain lines. */
  readonly width: number | undefined
}

type EventOf<E extends TourEvent['event']> = Extract<TourEvent, { event: E }>

/** Shows a tour to a person. */
export function terminalDisplay(options: TerminalDisplayOptions): Emit {
  const display = new TerminalDisplay(options)
  return (event) => {
    display.show(event)
  }
}

class TerminalDisplay {
  readonly #options: TerminalDisplayOptions
  readonly #paint: Paint
  #layout: Layout
  /** Whether the cursor is on a line that says what the tour is waiting for, to be erased. */
  #isWaitingLine = false
  /** A pipe keeps these lines, so they become rarer: after 2, 4, 8 seconds. */
  #nextWaitingLine = 2

  constructor(options: TerminalDisplayOptions) {
    this.#options = options
    this.#paint = options.paint
    this.#layout = layoutFor([''], options)
  }

  show(event: TourEvent): void {
    if (event.event !== 'waiting') {
      this.#eraseWaiting()
      this.#nextWaitingLine = 2
    }
    switch (event.event) {
      case 'broker':
        return this.#broker(event)
      case 'lesson-start':
        return this.#lessonStart(event)
      case 'step':
        return this.#rows(
          event.programs.map(({ program, command }) => ({
            program,
            text: `$ ${command}`,
            style: 'dim',
          })),
        )
      case 'line':
        return this.#line(event)
      case 'waiting':
        return this.#waiting(event)
      case 'claim':
        return this.#item(event.ok, `${event.says}${reasonOf(event)}`)
      case 'lesson-end':
        return this.#lessonEnd(event)
      case 'note':
        return this.#print(event.text)
      case 'tour-end':
        return this.#tourEnd(event)
    }
  }

  #print(line = ''): void {
    this.#options.write(`${maskText(line)}\n`)
  }

  #mark(ok: boolean): string {
    return ok ? this.#paint('green', '✔') : this.#paint('red', '✘')
  }

  #broker({ url, product, version, embedded, reason }: EventOf<'broker'>): void {
    const name = embedded ? 'an embedded broker' : `${product} ${version}`
    this.#paragraph(`The tour uses ${name} at ${withoutUser(url)}, ${reason}.`)
  }

  #lessonStart({ order, name, shows, programs }: EventOf<'lesson-start'>): void {
    this.#layout = layoutFor(programs, this.#options)
    this.#print()
    const title = numbered({ order, name })
    this.#paragraph(shows, { indent: title.length + 2, first: `${this.#paint('bold', title)}  ` })
    this.#print()
    for (const row of this.#layout.heading()) this.#print(row)
  }

  #line({ program, text, stream, ready }: EventOf<'line'>): void {
    const style = text.startsWith('error: ') ? 'red' : 'dim'
    this.#rows([{ program, text, cut: ready, style: stream === 'stderr' ? style : undefined }])
  }

  #rows(lines: readonly ProgramLine[]): void {
    for (const row of this.#layout.rows(lines)) this.#print(row)
  }

  /** Wraps a text at the width of the terminal. */
  #paragraph(text: string, { indent = 0, first = '' } = {}): void {
    const { width } = this.#options
    const rows = width === undefined ? [text] : wrap(text, Math.max(20, width - indent))
    for (const [index, row] of rows.entries())
      this.#print(`${index === 0 ? first : ' '.repeat(indent)}${row}`)
  }

  #item(ok: boolean, text: string): void {
    this.#paragraph(text, { indent: 4, first: `  ${this.#mark(ok)} ` })
  }

  #waiting({ for: what, seconds }: EventOf<'waiting'>): void {
    const text = `  ... waiting ${what} (${seconds} s)`
    if (this.#options.width !== undefined) {
      this.#eraseWaiting()
      this.#options.write(this.#paint('dim', text.slice(0, this.#options.width - 1)))
      this.#isWaitingLine = true
    } else if (seconds >= this.#nextWaitingLine) {
      this.#print(text)
      this.#nextWaitingLine = seconds * 2
    }
  }

  #eraseWaiting(): void {
    if (this.#isWaitingLine) this.#options.write('\r\u001b[K')
    this.#isWaitingLine = false
  }

  #lessonEnd(result: EventOf<'lesson-end'>): void {
    // A false claim has already been shown with its reason.
    if (result.ok || result.reason?.startsWith('not true') === true) return
    this.#item(false, result.reason ?? '')
  }

  #tourEnd({ ok, lessons, skipped, seconds, next }: EventOf<'tour-end'>): void {
    const width = Math.max(...lessons.map((lesson) => numbered(lesson).length))
    this.#print()
    for (const lesson of lessons) this.#print(this.#result(lesson, width))
    const passed = lessons.filter((lesson) => lesson.ok).length
    const count = `${passed} of ${lessons.length} ${lessons.length === 1 ? 'lesson' : 'lessons'} passed`
    this.#print()
    const summary = this.#paint(['bold', ok ? 'green' : 'red'], count)
    this.#print(`${summary}, in ${seconds.toFixed(1)} s.`)
    for (const { name, reason, instead } of skipped)
      this.#paragraph(`${name} is not in the tour, because ${reason}: ${instead}`)
    this.#print()
    if (next.length > 0) this.#print('Now try it yourself, in three terminals:')
    for (const [index, line] of next.entries()) this.#print(`  ${index + 1}  ${line}`)
  }

  #result({ order, name, ok, seconds, reason = '' }: LessonResult, width: number): string {
    const title = numbered({ order, name }).padEnd(width)
    const time = `${seconds.toFixed(1)} s`.padStart(7)
    return `  ${this.#mark(ok)} ${title} ${time}${reason === '' ? '' : `  ${reason}`}`
  }
}

function reasonOf({ reason }: EventOf<'claim'>): string {
  return reason === undefined ? '' : `: ${reason}`
}

function withoutUser(url: string): string {
  return url.replace(/\/\/.*@/, '//')
}
