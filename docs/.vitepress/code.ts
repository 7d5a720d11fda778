import { pieceOf } from '../tools/regions.ts'
import { textOf, type Child, type Element, type ShikiTransformer } from './hast.ts'

/** Highlights a piece of a source file in its context: a method is a method only inside a class. */
export const inItsFile: ShikiTransformer = {
  name: 'in-its-file',
  preprocess(_code, options) {
    // By default the highlighter gives up on a line after 500 ms, which a busy machine exceeds.
    options.tokenizeTimeLimit = 0
    const [, wanted] = /^code: (.+)/.exec(String(options.meta?.['__raw'])) ?? []
    if (wanted !== undefined) options.grammarContextCode = pieceOf(wanted).before.join('\n')
  },
}

/** Lets long lines break between names, and indents the rest of a line further than its beginning. */
export const breakableLines: ShikiTransformer = {
  name: 'breakable-lines',
  line(line) {
    const text = textOf(line)
    const indent = text.length - text.trimStart().length
    if (indent > 0) line.properties['style'] = `--indent: ${indent}ch`
    let end = 0
    const places = piecesOfLine(text).map((piece) => (end += piece.length))
    line.children = withBreaks(line, places)
  },
}

/** A line may break between two names, after the punctuation that joins them. */
const marks = /(?<=[\p{L}\p{N})\]}'"][(.,/=:&?@-]+)(?![(.,/=:&?@)\]}-]|$)/u
const underscore = /(?<=[\p{L}\p{N}]_)/u

/** Splits a line of a code block where it may break. A phone shows about 40 characters per line. */
function piecesOfLine(text: string): string[] {
  return splitWords(text, marks, 30)
}

/** Splits inline code where it may break. A column of a table on a phone has about 15 characters. */
export function piecesOfCode(text: string): string[] {
  return splitWords(text, marks, 15).flatMap((piece) => splitWords(piece, underscore, 15))
}

/** Splits a text, but only within words that are longer than `longest`. */
function splitWords(text: string, at: RegExp, longest: number): string[] {
  const zeroWidthSpace = '\u200B'
  return text
    .replaceAll(/\S+/g, (word) =>
      word.length > longest ? word.split(at).join(zeroWidthSpace) : word,
    )
    .split(zeroWidthSpace)
}

/** The children of a node, with a `<wbr>` at each of the given positions in its text. */
function withBreaks(node: Element, places: readonly number[]): Child[] {
  let end = 0
  return node.children.flatMap((child) => {
    const start = end
    end += textOf(child).length
    const within = places.map((place) => place - start)
    if (child.type === 'element') return { ...child, children: withBreaks(child, within) }
    if (child.type !== 'text') return child
    const cuts = [0, ...within.filter((place) => place > 0 && place < child.value.length)]
    return cuts.flatMap((cut, i) => {
      const text: Child = { type: 'text', value: child.value.slice(cut, cuts[i + 1]) }
      return within.includes(cut) ? [placeToBreak(), text] : [text]
    })
  })
}

function placeToBreak(): Child {
  return { type: 'element', tagName: 'wbr', properties: {}, children: [] }
}
