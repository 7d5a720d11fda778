import type { Entry } from './catalog.ts'

/** Finds exercises by number, name or lesson, or by a part of the title. */
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
