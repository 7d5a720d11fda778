import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

/** A program without its comments, and with the names of the routing lesson. */
function codeOf(program: string): string {
  const source = readFileSync(new URL(`../../${program}.ts`, import.meta.url), 'utf8')
  return source
    .replaceAll(/^ *\/\/.*\n/gm, '')
    .replaceAll('patterns', 'severities')
    .replaceAll('args.key', 'args.severity')
    .replaceAll('Topics -', 'Routing -')
}

test('the programs are those of routing, as chapter 5 says, but the producer leaves out mandatory', () => {
  expect(codeOf('topics/src/consumer')).toBe(codeOf('routing/src/consumer'))
  const producer = codeOf('routing/src/producer').replace(', { mandatory: true }', '')
  expect(codeOf('topics/src/producer')).toBe(producer)
})
