import { describe, expect, test } from 'vitest'

import { play } from '../tools/play.ts'
import { block, page, stage } from './sample-page.ts'

describe('a console block', () => {
  test('passes if it shows what its command prints', async () => {
    const lines = page('# Page', ...block('$ echo one two   # as typed', 'one two'))
    await expect(play(lines, stage)).resolves.toMatchObject({ run: 1, lines })
  })

  test.each([
    [['$ echo one two', 'one too']],
    [['$ echo one two']],
    [['$ echo one', 'one', 'two']],
    [['$ echo one', '$ echo two', 'two']],
    [['$ echo oops >&2; exit 1', '']],
  ])('that differs in a word or a line is refused: %j', async (lines) => {
    await expect(play(page(...block(...lines)), stage)).rejects.toThrow(/the page shows\n/)
  })

  test('is rewritten with the recorded output', async () => {
    const lines = page(...block('$ echo one', 'two', '$ printf 5673', '$ true', 'three'))
    const { lines: written } = await play(lines, stage, { record: true })
    expect(written).toEqual(page(...block('$ echo one', 'one', '$ printf 5673', '5672', '$ true')))
  })

  test('may replace lines by three dots', async () => {
    await expect(
      play(page(...block('$ seq 9', '1', '...', '8', '9')), stage),
    ).resolves.toMatchObject({
      run: 1,
    })
    await expect(play(page(...block('$ seq 9', '1', '...', '7', '9')), stage)).rejects.toThrow()
  })

  test('may have other times and names, but equal ones must be equal in the run', async () => {
    const [early, late] = ['2026-01-01 00:00:00.000', '2026-01-01 00:00:00.001']
    const say = `$ echo "${early} a"; echo "${late} b"; echo "${early} c"`
    const shows = (...times: readonly string[]): string[] =>
      page(...block(say, `${times[0]} a`, `${times[1]} b`, `${times[2]} c`))
    const [one, two] = ['2030-12-31 12:34:56.789', '2030-12-31 12:34:57.000']
    await expect(play(shows(one, two, one), stage)).resolves.toMatchObject({ run: 1 })
    await expect(play(shows(one, one, one), stage)).rejects.toThrow(/the page shows/)
  })

  test('may have another message id and another UTC time', async () => {
    const shown = '1b671a64-40d5-491e-99b0-da01ff1f3341 at 2030-12-31T12:34:56.789Z'
    const ran = '$ echo 6ba7b810-9dad-41d1-80b4-00c04fd430c8 at 2026-01-01T00:00:00.000Z'
    await expect(play(page(...block(ran, shown)), stage)).resolves.toMatchObject({ run: 1 })
  })

  test('may have other rates, but no other counts', async () => {
    const say = '$ echo "Published 9 messages one by one in 0.1s (90/s)"'
    const shows = (count: number): string[] =>
      page(...block(say, `Published ${count} messages one by one in 12.5s (1/s)`))
    await expect(play(shows(9), stage)).resolves.toMatchObject({ run: 1 })
    await expect(play(shows(8), stage)).rejects.toThrow(/the page shows/)
  })

  test('may have other duplicates, but no other number of different messages', async () => {
    const shows = (count: number, duplicates: number): string[] => {
      const say = '$ echo "messages received: 9, duplicates: 2"'
      return page(...block(say, `messages received: ${count}, duplicates: ${duplicates}`))
    }
    await expect(play(shows(8, 1), stage)).resolves.toMatchObject({ run: 1 })
    await expect(play(shows(9, 0), stage)).rejects.toThrow(/the page shows/)
  })

  test('may give up on a connection after another time, but not for any reason', async () => {
    const shows = (end: string): string[] =>
      page(...block('$ echo "could not be recovered in 2 s (write EPIPE)"', end))
    const other = 'could not be recovered in 3 s (Unexpected close)'
    await expect(play(shows(other), stage)).resolves.toMatchObject({ run: 1 })
    const stopped = `could not be recovered in 2 s (CONNECTION_FORCED - broker forced connection closure with reason 'shutdown')`
    await expect(play(shows(stopped), stage)).resolves.toMatchObject({ run: 1 })
    const wrong = 'could not be recovered in 2 s (ACCESS_REFUSED)'
    await expect(play(shows(wrong), stage)).rejects.toThrow(/the page shows/)
  })

  test('may lose a connection with another error, and may have another leader', async () => {
    const say = (leader: string, nodes: string): string[] =>
      page(...block(`$ echo "cluster ${leader} [${nodes}]"`, 'cluster rabbit@rabbit3 [a]')).map(
        (line) => line.replace('[a]', '[rabbit@rabbit3, rabbit@rabbit1, rabbit@rabbit2]'),
      )
    const all = 'rabbit@rabbit1, rabbit@rabbit2, rabbit@rabbit3'
    await expect(play(say('rabbit@rabbit2', all), stage)).resolves.toMatchObject({ run: 1 })
    await expect(play(say('rabbit@rabbit1', all), stage)).rejects.toThrow(/the page shows/)
    const two = 'rabbit@rabbit2, rabbit@rabbit3'
    await expect(play(say('rabbit@rabbit2', two), stage)).rejects.toThrow(/the page shows/)
    const lost = (reason: string): string[] =>
      page(...block(`$ echo "connection lost (${reason})"`, 'connection lost (write EPIPE)'))
    await expect(play(lost('Unexpected close'), stage)).resolves.toMatchObject({ run: 1 })
    const stopped = `CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'`
    await expect(play(lost(stopped), stage)).resolves.toMatchObject({ run: 1 })
    await expect(play(lost('CONNECTION_FORCED'), stage)).rejects.toThrow(/the page shows/)
  })

  test('shows what a program printed last at the end', async () => {
    // As much as fits into a pipe, in more pieces than a socket buffers.
    const print = 'for (let i = 0; i < 12000; i++) process.stdout.write(i + "\\n")'
    const say = `$ node -e '${print}; process.stderr.write("the end\\n")'`
    await expect(play(page(...block(say, '0', '...', 'the end')), stage)).resolves.toMatchObject({
      run: 1,
    })
  })

  test('shows the last message there even if the program prints faster than its output can be compared', async () => {
    const print =
      'for (let i = 0; i < 50; i++) console.log(`${n++} and fifty characters more`.padEnd(60))'
    const more =
      'if (n < 20000) setTimeout(next, 1); else { console.error("the end"); setInterval(() => {}, 1000) }'
    const say = `$ node -e 'let n = 0; const next = () => { ${print}; ${more} }; next()'`
    const lines = page(...block(say, '...', 'the end', '^C'))
    await expect(play(lines, stage)).resolves.toMatchObject({ run: 1 })
  })

  test('is not run if it gives a reason, and is counted', async () => {
    const lines = page('<!-- run: not, because it takes a day -->', ...block('$ sleep 86400'))
    await expect(play(lines, stage)).resolves.toMatchObject({ run: 0, notRun: ['it takes a day'] })
    const lazy = page('<!-- run: not -->', ...block('$ sleep 86400'))
    await expect(play(lazy, stage)).rejects.toThrow('a block is not run "not"')
  })

  test('that needs a container is skipped without one, and is counted', async () => {
    const lines = page(...block('$ docker compose up -d --wait'))
    await expect(play(lines, stage)).resolves.toMatchObject({ run: 0, needRabbitMq: 1 })
  })

  test('is also run inside <details>', async () => {
    const lines = page('<details>', '<summary>Answer</summary>', ...block('$ echo one', 'two'))
    await expect(play([...lines, '</details>'], stage)).rejects.toThrow(/the page shows/)
  })

  test('must exit by itself, unless the page shows Ctrl-C', async () => {
    const lines = page(...block('$ echo here; sleep 100', 'here'))
    await expect(play(lines, stage, { timeout: 300 })).rejects.toThrow('its program still runs')
  })
})
