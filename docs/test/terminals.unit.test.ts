import { describe, expect, test } from 'vitest'

import { play } from '../tools/play.ts'
import { Terminal } from '../tools/terminal.ts'
import { scenesOf } from '../tools/transcript.ts'
import { block, page, stage } from './sample-page.ts'

/** A program that says that it is waiting, prints what it reads from a pipe, and exits on Ctrl-C. */
function waiting(pipe: string): string {
  return `rm -f ${pipe}; mkfifo ${pipe}; trap 'echo ended' INT; echo waiting; cat <> ${pipe}`
}

describe('terminals', () => {
  const file = `/tmp/messaging-patterns-docs-${process.pid}`

  test('of consecutive blocks run side by side, until the reader presses Ctrl-C', async () => {
    const lines = page(
      '**Terminal 1**',
      ...block(`$ ${waiting(file)}`, 'waiting', 'hello', 'again', '^Cended'),
      '**Terminal 2**, the sender',
      ...block(`$ echo hello > ${file}`, `$ echo again > ${file}; echo sent`, 'sent'),
    )
    expect(scenesOf(lines)).toHaveLength(1)
    await expect(play(lines, stage)).resolves.toMatchObject({ run: 2, lines })
    const altered = lines.map((line) => (line === 'again' ? 'agaim' : line))
    await expect(play(altered, stage, { timeout: 1000 })).rejects.toThrow(/agaim[^]*again/)
  })

  test('keep their program running for a later block', async () => {
    const lines = page(
      '**Terminal 1**',
      ...block(`$ ${waiting(file)}`, 'waiting'),
      'And then, in another one:',
      ...block(`$ echo hello > ${file}`),
      'which the first one shows:',
      '',
      '**Terminal 1**',
      ...block('hello', '^Cended'),
    )
    expect(scenesOf(lines)).toHaveLength(3)
    await expect(play(lines, stage)).resolves.toMatchObject({ run: 3, lines })
  })

  test('get the second Ctrl-C after the reaction to the first, also while recording', async () => {
    const loop = 'while :; do sleep 0.1; done'
    const lines = page(
      ...block(
        `$ trap 'trap "echo two; exit" INT; echo one' INT; echo up; ${loop}`,
        'up',
        '^Cone',
        '^Ctwo',
      ),
    )
    await expect(play(lines, stage, { record: true })).resolves.toMatchObject({
      lines,
    })
  })

  test('may divide messages among themselves in any way', async () => {
    const shared = '<!-- run: shared -->'
    const lines = page(
      shared,
      '**Terminal 1**',
      ...block('$ echo a; echo c; sleep 60', 'a', 'b', '^C'),
      shared,
      '**Terminal 2**',
      ...block('$ echo b; echo d; sleep 60', 'c', 'd', '^C'),
    )
    await expect(play(lines, stage)).resolves.toMatchObject({ run: 2 })
    const altered = lines.map((line) => (line === 'd' ? 'e' : line))
    await expect(play(altered, stage, { timeout: 1000 })).rejects.toThrow(/the page shows/)
  })
})

describe('a block of a reader with pnpm broker', () => {
  const asked = (answer: string): string[] =>
    page('**With `pnpm broker`**: press Enter', ...block('⏎', answer), 'and again:', '')
  const program =
    'trap "echo ended; exit" INT; echo Listening; while :; do read -r && echo asked; done'

  function withBroker(): typeof stage & { readonly brokerTerminal: Terminal } {
    const inFact = (line: string): string => (line === 'pnpm broker' ? program : line)
    const brokerTerminal = new Terminal({ ...stage, inFact }, { keyboard: true })
    return { ...stage, inFact, brokerTerminal }
  }

  test('shows how the running broker reacts to Enter', async () => {
    const reader = withBroker()
    await using _ = reader.brokerTerminal
    const lines = [...asked('asked'), ...asked('asked')]
    await expect(play(lines, reader)).resolves.toMatchObject({ run: 2, lines })
    await expect(play(asked('nothing'), reader, { timeout: 1000 })).rejects.toThrow(
      /the page shows/,
    )
  })

  test('may stop the broker and start it again', async () => {
    const reader = withBroker()
    await using _ = reader.brokerTerminal
    const stopped = page(
      '**With `pnpm broker`**',
      ...block('^Cended', '$ pnpm broker', 'Listening'),
    )
    const lines = [...stopped, ...asked('asked')]
    await expect(play(lines, reader)).resolves.toMatchObject({ run: 2, lines })
    await expect(
      play(page('**With `pnpm broker`**', ...block('^Cended')), reader),
    ).resolves.toMatchObject({ run: 1 })
    const starts = page('**With `pnpm broker`**', ...block('$ pnpm broker', 'Listening'))
    await expect(play(starts, reader)).resolves.toMatchObject({ run: 1 })
    await expect(play(starts, reader)).resolves.toMatchObject({ run: 1 })
  })

  test('may run a command in another terminal, while the broker is running', async () => {
    const inFact = (line: string): string => {
      if (line === 'pnpm broker') return program
      return line === 'pnpm broker list_queues' ? 'echo hello 1' : line
    }
    const brokerTerminal = new Terminal({ ...stage, inFact }, { keyboard: true })
    await using _ = brokerTerminal
    const listed = (row: string): string[] =>
      page('**With `pnpm broker`**', ...block('$ pnpm broker list_queues', row), 'and then:', '')
    const reader = { ...stage, inFact, brokerTerminal }
    const lines = [...asked('asked'), ...listed('hello 1'), ...asked('asked')]
    await expect(play(lines, reader)).resolves.toMatchObject({ run: 3, lines })
    await expect(play(listed('hello 2'), reader, { timeout: 1000 })).rejects.toThrow(
      /the page shows/,
    )
    await expect(play(listed('hello 1'), stage)).resolves.toMatchObject({ run: 0, needEmbedded: 1 })
  })

  test('is rewritten with the names on the page', async () => {
    const queue = (letter: string): string => `amq.gen-${letter.repeat(22)}`
    const inFact = (line: string): string =>
      line.startsWith('pnpm') ? program.replaceAll('asked', `queue ${queue('z')}`) : line
    const brokerTerminal = new Terminal({ ...stage, inFact }, { keyboard: true })
    await using _ = brokerTerminal
    const reader = { ...stage, inFact, brokerTerminal }
    const says = block(
      `$ printf 'consumer of amq.gen-%022d' 0 | tr 0 z`,
      `consumer of ${queue('a')}`,
    )
    const right = page(...says, ...asked(`queue ${queue('a')}`))
    const wrong = page(...says, ...asked(`queue ${queue('b')}`))
    await expect(play(wrong, reader, { timeout: 1000 })).rejects.toThrow(/the page shows/)
    await expect(play(wrong, reader, { record: true })).resolves.toMatchObject({ lines: right })
  })

  test('is skipped on another broker, and is counted', async () => {
    await expect(play(asked('asked'), stage)).resolves.toMatchObject({ run: 0, needEmbedded: 1 })
  })
})
