import { draw, type Scheme } from './drawing.ts'
import { commentOf } from './markdown.ts'
import { pictures } from './pictures.ts'

const schemes: readonly Scheme[] = ['light', 'dark']

/** The files of all pictures: their paths and what is in them. */
export function pictureFiles(): Map<string, string> {
  const files = new Map<string, string>()
  for (const [name, picture] of Object.entries(pictures))
    for (const scheme of schemes)
      files.set(`docs/pictures/${name}-${scheme}.svg`, draw(picture, scheme))
  return files
}

/**
 * Puts a picture below each comment `<!-- picture: basic -->`: as a repository page can show it, in
 * the scheme of its reader. The site makes of it what its own switch needs.
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
  return [
    '<picture>',
    `  <source media="(prefers-color-scheme: dark)" srcset="./pictures/${name}-dark.svg">`,
    `  <img src="./pictures/${name}-light.svg" alt="${picture.says}">`,
    '</picture>',
  ]
}
