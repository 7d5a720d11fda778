import type { Rule } from './rule.ts'

/** A phrase to replace, and where it is. */
export interface Finding {
  /** Both count from 1. */
  readonly line: number
  readonly column: number
  readonly phrase: string
  readonly write: string
}

/** Finds what the rules avoid, in the order of the text. */
export function findIn(text: string, rules: readonly Rule[]): Finding[] {
  return rules
    .flatMap(({ avoid, write }) =>
      [...text.matchAll(overLineBreaks(avoid))].map((match) => ({
        ...positionOf(match.index, text),
        phrase: match[0].replaceAll(/\s+(\/\/+|\*|#+|>)?\s*/g, ' '),
        write,
      })),
    )
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
}

/** White space within a line, or a line break with the mark that continues a comment or a quote. */
const gap = String.raw`(?:[ \t]+|[ \t]*\n[ \t]*(?:(?:\/\/+|\*|#+|>)[ \t]*)?)`

function overLineBreaks({ source }: RegExp): RegExp {
  return new RegExp(source.replaceAll(' ', gap), 'gim')
}

function positionOf(index: number, text: string): { line: number; column: number } {
  const before = text.slice(0, index)
  return { line: before.split('\n').length, column: index - before.lastIndexOf('\n') }
}

/**
 * Markdown with its code blanked, in place, so that positions stay: what a program prints is checked
 * in the program, and what the code says in the code.
 */
export function withoutCode(markdown: string): string {
  return markdown
    .replaceAll(/^([ \t]*)(`{3,}|~{3,})[^\n]*\n[\s\S]*?(^[ \t]*\2[ \t]*$|(?![\s\S]))/gm, blank)
    .replaceAll(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, blank)
}

function blank(code: string): string {
  // Not white space, over which a phrase could reach.
  return code.replaceAll(/[^\n]/g, '`')
}
