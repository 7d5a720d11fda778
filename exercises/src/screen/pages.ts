import type { Entry } from '../course/catalog.ts'
import { chapterOf } from '../course/exercise.ts'
import type { Verdict } from '../judge/judge.ts'
import { showMarkdown, wrap, wrapCode, type Paint } from './markdown.ts'

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

const enlarge = 'enlarge the window'

/** The page of an exercise. A line says what does not fit on the screen; the story goes first. */
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
  const room = canvas.height - page([]).length
  const middle =
    view.solution === undefined ? taskLines(view, room, canvas) : solutionLines(view, room, canvas)
  return page(cut(middle, room, canvas))
}

/** The first lines of a text that is too long even for the shortest page. */
function cut(lines: readonly string[], room: number, { paint }: Canvas): readonly string[] {
  if (lines.length <= room) return lines
  const shown = lines.slice(0, Math.max(0, room - 1))
  return [...shown, paint('dim', `... ${more(lines.length - shown.length)}: ${enlarge}`)]
}

function more(lines: number): string {
  return lines === 1 ? 'one more line' : `${lines} more lines`
}

function titleLine({ entry }: View, { width, paint }: Canvas): string {
  const title = `${entry.number} ${entry.title}`
  const chapter = `chapter ${chapterOf(entry.lesson)}, ${entry.lesson}`
  return paint('bold', title) + paint('dim', chapter.padStart(width - title.length))
}

/** How much of the task, and of what the program printed, to show. */
interface Extent {
  readonly task: readonly string[]
  readonly missing?: string
  readonly printed: number
}

/** As much as there is room for. */
function taskLines(view: View, room: number, canvas: Canvas): readonly string[] {
  const [, story = '', aim = '', ...reading] = view.task.split('\n\n')
  const extents: readonly Extent[] = [
    { task: [story, aim, ...reading], printed: 4 },
    { task: [aim, ...reading], missing: 'the story', printed: 4 },
    { task: [aim, ...reading], missing: 'the story', printed: 1 },
    { task: [aim], missing: 'the rest of the task', printed: 1 },
    { task: [], missing: 'the task', printed: 1 },
  ]
  const linesOf = (extent: Extent): readonly string[] => extentLines(view, extent, canvas)
  const extent = extents.find((each) => linesOf(each).length <= room) ?? extents.at(-1)
  if (extent === undefined) return []
  const spare = Math.max(0, room - linesOf(extent).length)
  return linesOf({ ...extent, printed: extent.printed + spare })
}

function extentLines(
  view: View,
  { task, missing, printed }: Extent,
  canvas: Canvas,
): readonly string[] {
  const { entry, hint } = view
  const { width, paint } = canvas
  const sign = missing === undefined ? '' : `No room for ${missing}: ${enlarge}, or open task.md.`
  return [
    ...wrap(sign, width).map((line) => paint('dim', line)),
    ...(task.length === 0 ? [] : [...showMarkdown(task.join('\n\n'), width, paint), '']),
    `Your program: ${paint('underline', `exercises/${entry.name}/program.ts`)}`,
    ...(hint === undefined ? [] : ['', ...showMarkdown(hint, width, paint)]),
    '',
    ...verdictLines(view, printed, canvas),
  ]
}

/** The solution. On a small screen its first lines are left out: they import and declare. */
function solutionLines(
  { entry, solution = '' }: View,
  room: number,
  { width, paint }: Canvas,
): string[] {
  const lines = wrapCode(solution.trimEnd(), width - 4)
  const first = Math.max(0, lines.length + 2 - room)
  const hidden = first === 0 ? 0 : first + 1
  return [
    `Our solution: ${paint('underline', `exercises/${entry.name}/solution.ts`)}`,
    '',
    ...(hidden === 0 ? [] : [paint('dim', `    ... ${more(hidden)} above: ${enlarge}`)]),
    ...lines.slice(hidden).map((line) => paint('cyan', `    ${line}`)),
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
  return [
    `${mark} ${first}`,
    ...rest.map((line) => `  ${line}`),
    ...(solved
      ? ['', paint('green', 'Solved! Press n for the next exercise, or s to see our solution.')]
      : printedLines(output, most, width).map((line) => paint('dim', line))),
  ]
}

/** The last lines that the program printed. */
function printedLines(output: string, most: number, width: number): string[] {
  const all = output
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => wrapCode(line, width - 4))
  const hidden = all.length <= most ? 0 : all.length - most + 1
  const sign = hidden === 0 ? [] : [`... ${more(hidden)} above: ${enlarge}`]
  return [...sign, ...all.slice(hidden)].map((line) => `  | ${line}`)
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
  const { paint, height, width } = canvas
  const room = Math.max(3, height - 6)
  const first = Math.max(0, Math.min(cursor - Math.floor(room / 2), found.length - room))
  const below = found.length - first - room
  const rows = found.slice(first, first + room).map((entry, i) => {
    const mark = course.isSolved(entry) ? paint('green', '✔') : ' '
    const chapter = `${chapterOf(entry.lesson)}`.padStart(2)
    const text = `${String(entry.number).padStart(2)}  ${entry.title.padEnd(28)} chapter ${chapter}, ${entry.lesson}`
    const shown = text.slice(0, width - 2)
    // A terminal without colors does not show what is inverse.
    return first + i === cursor ? `${mark}>${paint('inverse', shown)}` : `${mark} ${shown}`
  })
  return [
    progressLine(course, canvas),
    '',
    `Search: ${words}${paint('dim', words === '' ? '(type a word, a lesson or a number)' : '')}`,
    first > 0 ? paint('dim', `  ... ${first} more above`) : '',
    ...(rows.length === 0 ? ['No exercise matches.'] : rows),
    below > 0 ? paint('dim', `  ... ${below} more below`) : '',
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
