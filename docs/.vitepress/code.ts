import { pieceOf } from '../tools/regions.ts'
import type { ShikiTransformer } from './hast.ts'

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
