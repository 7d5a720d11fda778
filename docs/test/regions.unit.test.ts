import { describe, expect, test } from 'vitest'

import { countRegions, withRegions } from '../tools/regions.ts'
import { page } from './sample-page.ts'

describe('a piece of a source file', () => {
  const code = (wanted: string): string[] => page(`<!-- code: ${wanted} -->`, '', '```ts', '```')
  const source = 'shared/src/cli/series.ts'

  test('ends at a given line, or where the indentation ends', () => {
    expect(withRegions(code(`${source} from "const now" to "for ("`))).toEqual([
      `<!-- code: ${source} from "const now" to "for (" -->`,
      '',
      '```ts',
      'const now = localTime(new Date())',
      'for (let i = 0; i < count; i++) yield `${i} ${now} - ${text}`',
      '```',
    ])
    expect(withRegions(code(`${source} from "function localTime"`)).slice(3)).toEqual([
      'function localTime(date: Date): string {',
      '  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)',
      `  return local.toISOString().replace('T', ' ').replace('Z', '')`,
      '}',
      '```',
    ])
  })

  test('goes on after the parameters of a function', () => {
    const waitFor = 'testkit/src/waiting/wait-for.ts'
    const lines = withRegions(code(`${waitFor} from "export async function waitFor"`))
    expect(lines).toContain('): Promise<T> {')
    expect(lines.slice(-2)).toEqual(['}', '```'])
  })

  test('whose text is missing or occurs twice is an error', () => {
    expect(() => withRegions(code(`${source} from "no such line"`))).toThrow(/has 0 lines/)
    expect(() => withRegions(code(`${source} from "Date"`))).toThrow(
      /has \d lines .*, expected one/,
    )
    expect(() => withRegions(code(`${source} from "const now" to "such"`))).toThrow(/no line/)
    expect(() => withRegions(code('no-such-file.ts'))).toThrow(/ENOENT/)
  })

  test('is counted', () => {
    expect(countRegions([...code(source), '', '```ts', '```'])).toEqual({ copied: 1, loose: 1 })
  })
})
