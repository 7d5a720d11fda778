import type { Entry } from './catalog.ts'

/** The exercises that a learner means: by number, by name, by lesson, or by a word of the title. */
export function search(catalog: readonly Entry[], words: string): readonly Entry[] {
  const wanted = words.trim().toLowerCase()
  const exact = catalog.filter(
    ({ name, number }) => name === wanted || name.slice(3) === wanted || `${number}` === wanted,
  )
  if (exact.length > 0) return exact
  return catalog.filter(({ name, title, lesson }) =>
    `${name} ${title} ${lesson}`.toLowerCase().includes(wanted),
  )
}
