import type { Entry } from '../course/catalog.ts'
import { chapterOf } from '../course/exercise.ts'
import type { Verdict } from '../judge/judge.ts'
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

/** The page of an exercise. Whatever does not fit on the screen is left out, the story first. */
export function exercisePage(view: View, course: Course, canvas: Canvas): string[] {
  const page = (middle: readonly string[]): string[] => [
    progressLine(course, canvas),
    '',
    titleLine(view, canvas),
    '',
    ...middle,
    ...noticeLines(view, canvas),
    '',
    ...wrap(keys, canvas.width).map((line) => canvas.paint('dim', line)),
  ]
  if (view.solution !== undefined)
    return page(solutionLines(view, canvas.height - page([]).length, canvas))
  const [, story = '', ...rest] = view.task.split('\n\n')
  const all = { task: [story, ...rest], printed: 4 }
  const withoutStory = { task: rest, printed: 4 }
  const withoutOutput = { task: rest, printed: 0 }
  const withoutTask = { task: [], printed: 0 }
  const shorter = view.hint === undefined ? withoutOutput : withoutTask
  const pages = [all, withoutStory, withoutOutput, shorter].map((extent) =>
    page(taskLines(view, extent, canvas)),
  )
  return pages.find(({ length }) => length <= canvas.height) ?? pages.at(-1) ?? []
}

function titleLine({ entry }: View, { width, paint }: Canvas): string {
  const title = `${entry.number} ${entry.title}`
  const chapter = `chapter ${chapterOf(entry.lesson)}, ${entry.lesson}`
  return paint('bold', title) + paint('dim', chapter.padStart(width - title.length))
}

/** How much of the task, and of what the program printed, to show. */
interface Extent {
  readonly task: readonly string[]
  readonly printed: number
}

function taskLines(view: View, { task, printed }: Extent, canvas: Canvas): string[] {
  const { entry, hint } = view
  const { width, paint } = canvas
  return [
    ...(task.length === 0 ? [] : [...showMarkdown(task.join('\n\n'), width, paint), '']),
    `Your program: ${paint('underline', `exercises/${entry.name}/program.ts`)}`,
    ...(hint === undefined ? [] : ['', ...showMarkdown(hint, width, paint)]),
    '',
    ...verdictLines(view, printed, canvas),
  ]
}

/** The solution. On a small screen its first lines are left out: they import and declare. */
function solutionLines({ entry, solution = '' }: View, room: number, { paint }: Canvas): string[] {
  const lines = solution.trimEnd().split('\n')
  const first = Math.max(0, lines.length + 2 - room)
  const shown = first === 0 ? lines : ['...', ...lines.slice(first + 1)]
  return [
    `Our solution: ${paint('underline', `exercises/${entry.name}/solution.ts`)}`,
    '',
    ...shown.map((line) => paint('cyan', `    ${line}`)),
  ]
}

function noticeLines({ notice }: View, { width, paint }: Canvas): string[] {
  if (notice === '') return []
  return ['', ...wrap(notice, width).map((line) => paint('yellow', line))]
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
  const share = ` ${solved} of ${catalog.length} solved  `
  const where = `on ${broker}`.slice(0, Math.max(0, width - share.length - 12))
  const room = Math.max(10, width - share.length - where.length - 2)
  const done = Math.round((room * solved) / catalog.length)
  const bar = `[${paint('green', '#'.repeat(done))}${'-'.repeat(room - done)}]`
  return bar + share + paint('dim', where)
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
    const chapter = `${chapterOf(entry.lesson)}`.padStart(2)
    const text = `${String(entry.number).padStart(2)}  ${entry.title.padEnd(30)} chapter ${chapter}, ${entry.lesson}`
    // A terminal without colors does not show what is inverse.
    return first + i === cursor ? `${mark}>${paint('inverse', text)}` : `${mark} ${text}`
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
