import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { readCatalog, type Entry } from '../src/course/catalog.ts'
import { Progress } from '../src/course/progress.ts'
import { paintFor, showMarkdown } from '../src/screen/markdown.ts'
import { exercisePage, lastPage, listPage, type View } from '../src/screen/pages.ts'
import { search } from '../src/course/search.ts'
import { list, missing, times, Wrong } from '../src/trial/wrong.ts'

const catalog = await readCatalog()
const plain = paintFor({ isTTY: false })
const canvas = { width: 79, height: 24, paint: plain }
const course = { catalog, broker: 'the embedded broker', isSolved: () => false }

describe('a list of orders', () => {
  it('says the word once', () => {
    expect(list(['order 7'])).toBe('order 7')
    expect(list(['order 7', 'order 8'])).toBe('orders 7 and 8')
    expect(list(['order 7', 'order 8', 'order 9'])).toBe('orders 7, 8 and 9')
  })

  it('is cut when it is long', () => {
    const orders = Array.from({ length: 20 }, (_, i) => `order ${i + 1}`)
    expect(list(orders)).toBe('orders 1, 2, 3, 4 and 16 more')
  })

  it('names other things as they are', () => {
    expect(list(['soup', 'bread'])).toBe('soup and bread')
    expect(list(['soup', 'soup'])).toBe('soup (twice)')
    expect(list([])).toBe('none')
  })

  it('counts copies where it looks for what is missing', () => {
    expect(missing(['a', 'b', 'b'], ['b', 'c'])).toEqual(['a', 'b'])
  })

  it('begins a verdict with a capital letter', () => {
    expect(new Wrong('orders 1 and 2 are lost').message).toBe('Orders 1 and 2 are lost')
    expect([0, 1, 2, 3].map(times)).toEqual(['never', 'once', 'twice', '3 times'])
  })
})

describe('Markdown on a terminal', () => {
  it('wraps paragraphs, keeps code, and shows links by their text', () => {
    const shown = showMarkdown(
      '## One hint\n\nA **bold** word and `code`\nin the lesson [basic](../x), which is long.\n\n    await queue.send(order)\n',
      30,
      plain,
    )
    expect(shown).toEqual([
      'One hint',
      '',
      'A bold word and `code` in the',
      'lesson basic, which is long.',
      '',
      '    await queue.send(order)',
    ])
  })

  it('has colors on a terminal only, and where they are wanted', () => {
    const terminal = { isTTY: true }
    expect(paintFor(terminal, {})('red', 'x')).toContain('\u001b[31m')
    expect(paintFor(terminal, { NO_COLOR: '1' })('red', 'x')).toBe('x')
    expect(paintFor({ isTTY: false }, {})('red', 'x')).toBe('x')
  })
})

describe('the search', () => {
  it('finds by number, name, lesson and words of the title', () => {
    const names = (words: string): string[] => search(catalog, words).map(({ name }) => name)
    expect(names('3')).toEqual(['03-lost-orders'])
    expect(names('lost-orders')).toEqual(['03-lost-orders'])
    expect(names('pubsub')).toEqual(['07-every-screen', '08-back-from-vacation'])
    expect(names('Wedding')).toEqual([])
    expect(names('')).toHaveLength(catalog.length)
  })
})

describe('the page of an exercise', () => {
  const view = (entry: Entry, more: Partial<View> = {}): View => ({
    entry,
    task: '# A task\n\nIt was a story.\n\n**Your task:** do it.\n',
    hint: undefined,
    solution: undefined,
    verdict: { solved: false, text: 'It is wrong.', output: 'a line\n', seconds: 1 },
    notice: '',
    ...more,
  })
  const [first] = catalog as [Entry]

  it('shows the task, the verdict and what the program printed', () => {
    const page = exercisePage(view(first), course, canvas).join('\n')
    expect(page).toContain('0 of 46 solved')
    expect(page).toContain('It was a story.')
    expect(page).toContain('✘ It is wrong.\n  | a line')
  })

  it('leaves out the story, and then the task, when a hint needs the room', () => {
    const pageWith = (length: number): string => {
      const hint = `## A hint\n\n${Array.from({ length }, () => 'line').join('\n\n')}`
      const story = `It was a story.${' And so on.'.repeat(15)}`
      const task = `# A task\n\n${story}\n\n**Your task:** do it.\n`
      return exercisePage(view(first, { task, hint }), course, canvas).join('\n')
    }
    expect(pageWith(4)).not.toContain('It was a story.')
    expect(pageWith(4)).toContain('Your task: do it.')
    expect(pageWith(5)).not.toContain('Your task: do it.')
  })

  it('says that the story is left out, and how to see it', () => {
    const task = `# A task\n\nA long story.\n\n**Your task:** do it.\n\n**Read:** it.\n`
    const pageOf = (height: number, output: string): string => {
      const verdict = { solved: false, text: 'It is wrong.', output, seconds: 1 }
      return exercisePage(view(first, { task, verdict }), course, { ...canvas, height }).join('\n')
    }
    const output = 'line\n'.repeat(4)
    expect(pageOf(24, output)).not.toContain('No room')
    expect(pageOf(18, output)).toContain(
      'No room for the story: enlarge the window, or open task.md.',
    )
    expect(pageOf(14, output)).toContain('No room for the rest of the task:')
    expect(pageOf(12, output)).toContain('No room for the task:')
  })

  it('shows as much of the output as there is room for, and how much more there is', () => {
    const output = Array.from({ length: 30 }, (_, i) => `line ${i + 1}\n`).join('')
    const verdict = { solved: false, text: 'It is wrong.', output, seconds: 1 }
    const pageOf = (height: number): string =>
      exercisePage(view(first, { verdict }), course, { ...canvas, height }).join('\n')
    expect(pageOf(50)).toContain('  ✘ It is wrong.\n  | line 1\n'.trimStart())
    expect(pageOf(40)).toMatch(
      /\n {2}\| \.\.\. \d+ more lines above: enlarge the window\n {2}\| line \d+\n/,
    )
    expect(pageOf(24)).toMatch(
      /\.\.\. 2[0-9] more lines above: enlarge the window\n[^]*\| line 30\n/,
    )
    const long = { ...verdict, output: 'x'.repeat(100) }
    expect(exercisePage(view(first, { verdict: long }), course, canvas).join('')).toMatch(
      /\| x{75} {2}\| {3}x{25}/,
    )
  })

  it.each([
    [79, 24],
    [79, 40],
    [59, 20],
    [59, 14],
  ])('never exceeds a screen of %d by %d characters', (width, height) => {
    for (const entry of catalog) {
      const [task, hints, solution] = ['task.md', 'hints.md', 'solution.ts'].map((name) =>
        readFileSync(join(entry.folder, name), 'utf8'),
      ) as [string, string, string]
      const output = 'a line that is long enough to need two lines on a narrow screen\n'.repeat(9)
      const verdict = { solved: false, text: 'word '.repeat(60), output, seconds: 1 }
      const given = { task, verdict }
      const all = [
        given,
        { ...given, solution },
        ...hints.split(/^(?=## )/m).map((hint) => ({ ...given, hint })),
      ]
      for (const each of all) {
        const page = exercisePage(view(entry, each), course, { width, height, paint: plain })
        expect(page.length, entry.name).toBeLessThanOrEqual(height)
        expect(page.filter((line) => line.length > width)).toEqual([])
        expect(page.at(-1)).toContain('q quit')
      }
    }
  })

  it('shows the solution in place of the task', () => {
    const page = exercisePage(view(first, { solution: 'await it()' }), course, canvas).join('\n')
    expect(page).toContain('    await it()')
    expect(page).not.toContain('Your task')
  })

  it('names the chapter, and cuts a long name of a broker', () => {
    const busy = { ...course, broker: `the broker at ${'a'.repeat(80)}` }
    const [progress = '', , title] = exercisePage(view(first), busy, canvas)
    expect(title).toMatch(/^1 The first orders +chapter 1, basic$/)
    expect(progress).toMatch(/^\[-+\] 0 of 46 solved {2}on the broker at a+$/)
    expect(progress).toHaveLength(79)
  })

  it.each(catalog)('fits in 24 lines of 80 characters: $name', async (entry) => {
    const { readFile } = await import('node:fs/promises')
    const task = await readFile(join(entry.folder, 'task.md'), 'utf8')
    const text = 'x '.repeat(100)
    const verdict = { solved: false, text, output: '', seconds: 1 }
    const page = exercisePage(view(entry, { task, verdict }), course, canvas)
    expect(page.filter((line) => line.length > 79)).toEqual([])
    expect(page.length).toBeLessThanOrEqual(24)
    expect(page.join('\n')).toContain('Your task:')
    const hints = (await readFile(join(entry.folder, 'hints.md'), 'utf8')).split(/^(?=## )/m)
    for (const hint of hints) {
      const hinted = exercisePage(view(entry, { task, verdict, hint }), course, canvas)
      expect(hinted.length, hint).toBeLessThanOrEqual(24)
      expect(hinted.join('\n')).toContain(showMarkdown(hint, 79, plain).join('\n'))
    }
    const solution = await readFile(join(entry.folder, 'solution.ts'), 'utf8')
    const solved = exercisePage(view(entry, { task, verdict, solution }), course, canvas)
    expect(solved.length).toBeLessThanOrEqual(24)
    // A long line of code is wrapped.
    const dense = (code: string): string => code.replaceAll(/\s/g, '')
    expect(dense(solved.join(''))).toContain(dense(solution.trimEnd().split('\n').at(-1) ?? ''))
  })
})

describe('the other pages', () => {
  it('the list fits on the screen, with the cursor in it', () => {
    for (const cursor of [0, 18, catalog.length - 1]) {
      const page = listPage({ words: '', found: catalog, cursor }, course, canvas)
      expect(page.length).toBeLessThanOrEqual(24)
      expect(page.filter((line) => line.startsWith(' >'))).toEqual([
        expect.stringContaining(catalog[cursor]?.title ?? '') as string,
      ])
    }
  })

  it('the list says how much there is above and below', () => {
    const pageAt = (cursor: number, size = canvas): string[] =>
      listPage({ words: '', found: catalog, cursor }, course, size)
    expect(pageAt(0).at(3)).toBe('')
    expect(pageAt(0).at(-2)).toBe('  ... 28 more below')
    expect(pageAt(18).at(3)).toBe('  ... 9 more above')
    expect(pageAt(18).at(-2)).toBe('  ... 19 more below')
    expect(pageAt(45).at(3)).toBe('  ... 28 more above')
    expect(pageAt(45).at(-2)).toBe('')
    expect(pageAt(16, { ...canvas, height: 53 }).join()).not.toContain(' more ')
    const narrow = pageAt(16, { ...canvas, width: 59, height: 20 })
    expect(narrow.filter((line) => line.length > 59)).toEqual([])
  })

  it('says that nothing was found', () => {
    const page = listPage({ words: 'zzz', found: [], cursor: 0 }, course, canvas)
    expect(page).toContain('No exercise matches.')
  })

  it('says clearly that this is the end', () => {
    expect(lastPage(course, canvas).join(' ')).toContain('All 46 exercises are solved.')
  })
})

describe('the progress', () => {
  it('is kept in a file, says where to continue, and starts over if the file is broken', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'progress-'))
    const file = join(folder, 'progress.json')
    const progress = new Progress(file)
    progress.current = '02-bake-them'
    progress.setSolved('01-first-orders', true)
    expect(new Progress(file).current).toBe('02-bake-them')
    expect(new Progress(file).isSolved('01-first-orders')).toBe(true)
    new Progress(file).setSolved('01-first-orders', false)
    expect(new Progress(file).isSolved('01-first-orders')).toBe(false)
    expect(new Progress(file).next(catalog).name).toBe('02-bake-them')
    progress.setSolved('01-first-orders', true)
    progress.setSolved('02-bake-them', true)
    expect(new Progress(file).next(catalog).name).toBe('03-lost-orders')
    await writeFile(file, 'half a ')
    expect(new Progress(file).current).toBeUndefined()
    await rm(folder, { recursive: true })
  })
})
