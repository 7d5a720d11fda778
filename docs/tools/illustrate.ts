import { draw, type Scheme } from './pictures/drawing.ts'
import type { Shape } from './pictures/layout.ts'
import { commentOf } from './markdown.ts'
import { pictures } from './pictures/pictures.ts'

const schemes: readonly Scheme[] = ['light', 'dark']
const shapes: readonly Shape[] = ['wide', 'tall']

/** The path of a picture, relative to the pages. */
function fileOf(name: string, shape: Shape, scheme: Scheme): string {
  return `pictures/${name}${shape === 'wide' ? '' : `-${shape}`}-${scheme}.svg`
}

/** The paths and contents of all pictures. */
export function pictureFiles(): Map<string, string> {
  const files = new Map<string, string>()
  for (const [name, picture] of Object.entries(pictures))
    for (const shape of shapes)
      for (const scheme of schemes)
        files.set(`docs/${fileOf(name, shape, scheme)}`, draw(picture, scheme, shape))
  return files
}

/**
 * Puts a picture below each comment `<!-- picture: basic -->`, in a form that GitHub shows in the
 * reader's color scheme. The site converts it for its own switch.
 */
export function withPictures(lines: readonly string[]): string[] {
  const changed = [...lines]
  for (let number = 0; number < changed.length; number++) {
    const name = commentOf('picture', changed[number])
    if (name === undefined) continue
    const end = changed[number + 1] === '<picture>' ? changed.indexOf('</picture>', number) : number
    changed.splice(number + 1, end - number, ...elementOf(name))
  }
  return changed
}

function elementOf(name: string): string[] {
  const picture = pictures[name]
  if (picture === undefined) throw new Error(`there is no picture "${name}"`)
  const source = (media: string, shape: Shape, scheme: Scheme): string =>
    `  <source media="${media}" srcset="./${fileOf(name, shape, scheme)}">`
  const [narrow, dark] = ['(max-width: 640px)', '(prefers-color-scheme: dark)']
  return [
    '<picture>',
    source(`${narrow} and ${dark}`, 'tall', 'dark'),
    source(narrow, 'tall', 'light'),
    source(dark, 'wide', 'dark'),
    `  <img src="./${fileOf(name, 'wide', 'light')}" alt="${picture.says}">`,
    '</picture>',
  ]
}
