import type { Entry } from '../catalog.ts'
import type { Verdict } from '../judge.ts'
import { showMarkdown, wrap, type Paint } from './markdown.ts'

/** The exercise on the screen. */
export interface View {
  readonly entry: Entry
  readonly task: string
  readonly hint: string | undefined
  /** If set, it is shown instead of the task. */
  readonly solution: string | undefined
  readonly verdict: Verdict | 'checking' | undefined
  /** A reaction to the last key. */
  readonly notice: string
}

/** All exercises, and the learner's progress. */
export interface Course {
  readonly catalog: readonly Entry[]
  readonly isSolved: (entry: Entry) => boolean
  readonly broker: string
}

export interface Canvas {
  readonly width: number
  readonly height: number
  readonly paint: Paint
}

const keys = 'n next, p previous, l list, h hint, s solution, r run, o open, x reset, q quit'

/** The page of an exercise. If it does not fit on the screen, the story is left out. */
export function exercisePage(view: View, course: Course, canvas: Canvas): string[] {
  const [, story = '', ...rest] = view.task.split('\n\n')
  const page = (paragraphs: readonly string[], printed = 4): string[] => [
    progressLine(course, canvas),
    '',
    ...titleAnd(paragraphs, view, canvas),
    ...verdictLines(view, printed, canvas),
    ...noticeLines(view, canvas),
    '',
    ...wrap(keys, canvas.width).map((line) => canvas.paint('dim', line)),
  ]
  const pages = [page([story, ...rest]), page(rest), page(rest, 0)]
  return pages.find(({ length }) => length <= canvas.height) ?? page(rest, 0)
}

function titleAnd(
  paragraphs: readonly string[],
  { entry, hint, solution }: View,
  { width, paint }: Canvas,
): string[] {
  const title = `${entry.number} ${entry.title}`
  const below =
    solution === undefined
      ? [
          ...showMarkdown(paragraphs.join('\n\n'), width, paint),
          '',
          `Your program: ${paint('underline', `exercises/${entry.name}/program.ts`)}`,
          ...(hint === undefined ? [] : ['', ...showMarkdown(hint, width, paint)]),
        ]
      : [paint('bold', 'Our solution'), '', ...indent(solution, paint)]
  return [
    paint('bold', title) + paint('dim', entry.lesson.padStart(width - title.length)),
    '',
    ...below,
    '',
  ]
}

function noticeLines({ notice }: View, { width, paint }: Canvas): string[] {
  if (notice === '') return []
  return ['', ...wrap(notice, width).map((line) => paint('yellow', line))]
}

function indent(source: string, paint: Paint): string[] {
  return source
    .trimEnd()
    .split('\n')
    .map((line) => paint('cyan', `    ${line}`))
}

function verdictLines({ verdict }: View, most: number, { width, paint }: Canvas): string[] {
  if (verdict === undefined) return [paint('red', 'The check could not run.')]
  if (verdict === 'checking') return [paint('dim', 'Checking your program ...')]
  const { solved, text, output } = verdict
  const [first = '', ...rest] = wrap(text, width - 2)
  const mark = solved ? paint(['green', 'bold'], '✔') : paint(['red', 'bold'], '✘')
  const printed = output.split('\n').filter((line) => line !== '')
  return [
    `${mark} ${first}`,
    ...rest.map((line) => `  ${line}`),
    ...(solved
      ? ['', paint('green', 'Solved! Press n for the next exercise, or s to see our solution.')]
      : printed
          .slice(printed.length - most)
          .map((line) => paint('dim', `  | ${line.slice(0, width - 4)}`))),
  ]
}

function progressLine({ catalog, isSolved, broker }: Course, { width, paint }: Canvas): string {
  const solved = catalog.filter(isSolved).length
  const share = `${solved} of ${catalog.length} solved`
  const room = Math.max(10, width - share.length - broker.length - 8)
  const done = Math.round((room * solved) / catalog.length)
  const bar = `[${paint('green', '#'.repeat(done))}${'-'.repeat(room - done)}]`
  return `${bar} ${share}  ${paint('dim', `on ${broker}`)}`
}

/** The list of exercises, filtered by a search. */
export interface Listing {
  readonly words: string
  readonly found: readonly Entry[]
  readonly cursor: number
}

/** The page with the list of exercises. */
export function listPage(listing: Listing, course: Course, canvas: Canvas): string[] {
  const { words, found, cursor } = listing
  const { paint, height } = canvas
  const room = Math.max(3, height - 6)
  const first = Math.max(0, Math.min(cursor - Math.floor(room / 2), found.length - room))
  const rows = found.slice(first, first + room).map((entry, i) => {
    const mark = course.isSolved(entry) ? paint('green', '✔') : ' '
    const text = `${String(entry.number).padStart(2)}  ${entry.title.padEnd(30)} ${entry.lesson}`
    return `${mark} ${first + i === cursor ? paint('inverse', text) : text}`
  })
  return [
    progressLine(course, canvas),
    '',
    `Search: ${words}${paint('dim', words === '' ? '(type a word, a lesson or a number)' : '')}`,
    '',
    ...(rows.length === 0 ? ['No exercise matches.'] : rows),
    '',
    paint('dim', 'Up and down to move, Enter to open, Esc to go back'),
  ]
}

/** The page at the end of the course. */
export function lastPage(course: Course, canvas: Canvas): string[] {
  const text = `All ${course.catalog.length} exercises are solved. Your programs lose no order, bake none of them twice, and never wait forever. Any service that uses a broker has to do the same. To build one of your own, continue with the chapters in docs.`
  return [
    progressLine(course, canvas),
    '',
    ...wrap(text, canvas.width).map((line) => canvas.paint('green', line)),
    '',
    canvas.paint('dim', 'p previous, l list, q quit'),
  ]
}
