import { maskText } from '@messaging-patterns/shared'

import type { LessonResult, Show, TourEvent } from './events.ts'
import { layoutFor, wrap, type LaneLine, type Layout } from './layout.ts'
import type { Paint } from './paint.ts'

export interface TerminalShowOptions {
  readonly write: (text: string) => void
  readonly paint: Paint
  /** Columns of the terminal; undefined where there is none, and all stays plain. */
  readonly width: number | undefined
}

type EventOf<E extends TourEvent['event']> = Extract<TourEvent, { event: E }>

/** The tour for people. */
export function terminalShow(options: TerminalShowOptions): Show {
  const show = new TerminalShow(options)
  return (event) => {
    show.tell(event)
  }
}

class TerminalShow {
  readonly #options: TerminalShowOptions
  readonly #paint: Paint
  #layout: Layout
  /** The last thing on the terminal is a passing remark, to be wiped away. */
  #passing = false
  /** Without a terminal remarks stay, so they come ever more seldom: after 2, 4, 8 seconds. */
  #nextRemark = 2

  constructor(options: TerminalShowOptions) {
    this.#options = options
    this.#paint = options.paint
    this.#layout = layoutFor([''], options)
  }

  tell(event: TourEvent): void {
    if (event.event !== 'waiting') {
      this.#wipe()
      this.#nextRemark = 2
    }
    switch (event.event) {
      case 'broker':
        return this.#broker(event)
      case 'lesson':
        return this.#lesson(event)
      case 'start':
        return this.#rows(
          event.programs.map(({ program, command }) => ({
            program,
            text: `$ ${command}`,
            look: 'dim',
          })),
        )
      case 'line':
        return this.#line(event)
      case 'waiting':
        return this.#waiting(event)
      case 'claim':
        return this.#item(event.ok, `${event.says}${reason(event)}`)
      case 'lesson-over':
        return this.#lessonOver(event)
      case 'note':
        return this.#print(event.text)
      case 'tour-over':
        return this.#tourOver(event)
    }
  }

  #print(line = ''): void {
    this.#options.write(`${maskText(line)}\n`)
  }

  #mark(ok: boolean): string {
    return ok ? this.#paint('✔', 'green') : this.#paint('✘', 'red')
  }

  #broker({ url, product, version, embedded, because }: EventOf<'broker'>): void {
    const name = embedded ? 'a broker of its own, in memory,' : `${product} ${version}`
    this.#text(`The tour uses ${name} at ${withoutUser(url)}, ${because}.`)
  }

  #lesson({ order, name, shows, programs }: EventOf<'lesson'>): void {
    this.#layout = layoutFor(programs, this.#options)
    this.#print()
    const title = `${order} ${name}`
    this.#text(shows, { indent: title.length + 2, first: `${this.#paint(title, 'bold')}  ` })
    this.#print()
    for (const row of this.#layout.heading()) this.#print(row)
  }

  #line({ program, text, stream, ready }: EventOf<'line'>): void {
    const aside = text.startsWith('error: ') ? 'red' : 'dim'
    this.#rows([{ program, text, short: ready, look: stream === 'stderr' ? aside : undefined }])
  }

  #rows(lines: readonly LaneLine[]): void {
    for (const row of this.#layout.lines(lines)) this.#print(row)
  }

  /** A paragraph, as wide as the terminal. */
  #text(text: string, { indent = 0, first = '' } = {}): void {
    const { width } = this.#options
    const rows = width === undefined ? [text] : wrap(text, Math.max(20, width - indent))
    for (const [index, row] of rows.entries())
      this.#print(`${index === 0 ? first : ' '.repeat(indent)}${row}`)
  }

  #item(ok: boolean, text: string): void {
    this.#text(text, { indent: 4, first: `  ${this.#mark(ok)} ` })
  }

  #waiting({ for: what, seconds }: EventOf<'waiting'>): void {
    const text = `  ... waiting ${what} (${seconds} s)`
    if (this.#options.width !== undefined) {
      this.#wipe()
      this.#options.write(this.#paint(text.slice(0, this.#options.width - 1), 'dim'))
      this.#passing = true
    } else if (seconds >= this.#nextRemark) {
      this.#print(text)
      this.#nextRemark = seconds * 2
    }
  }

  #wipe(): void {
    if (this.#passing) this.#options.write('\r\u001b[K')
    this.#passing = false
  }

  #lessonOver(result: EventOf<'lesson-over'>): void {
    // A claim that does not hold has been shown with its reason.
    if (result.ok || result.reason?.startsWith('not seen') === true) return
    this.#item(false, result.reason ?? '')
  }

  #tourOver({ ok, lessons, seconds, next }: EventOf<'tour-over'>): void {
    const width = Math.max(...lessons.map(({ name }) => name.length))
    this.#print()
    for (const lesson of lessons) this.#print(this.#row(lesson, width))
    const passed = lessons.filter((lesson) => lesson.ok).length
    const count = `${passed} of ${lessons.length} ${lessons.length === 1 ? 'lesson' : 'lessons'} passed`
    this.#print()
    this.#print(`${this.#paint(count, ok ? 'green' : 'red', 'bold')}, in ${seconds.toFixed(1)} s.`)
    this.#print()
    if (next.length > 0) this.#print('Now you, in three terminals:')
    for (const [index, line] of next.entries()) this.#print(`  ${index + 1}  ${line}`)
  }

  #row({ order, name, ok, seconds, reason: why = '' }: LessonResult, width: number): string {
    const time = `${seconds.toFixed(1)} s`.padStart(7)
    return `  ${this.#mark(ok)} ${order} ${name.padEnd(width)} ${time}${why === '' ? '' : `  ${why}`}`
  }
}

function reason({ reason: why }: EventOf<'claim'>): string {
  return why === undefined ? '' : `: ${why}`
}

function withoutUser(url: string): string {
  return url.replace(/\/\/.*@/, '//')
}
