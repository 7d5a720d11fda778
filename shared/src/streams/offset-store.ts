import { open, readFile, rename } from 'node:fs/promises'

/**
 * Where a consumer of a stream keeps how far it has come: a file, a row of a table, or the broker's own
 * store if you use the stream protocol. Each consumer needs its own, and each group of consumers that
 * reads everything.
 *
 * @example
 * const store: OffsetStore = {
 *   load: async () => (await db.get('select at from offsets where name = ?', name))?.at,
 *   save: (offset) => db.run('replace into offsets values (?, ?)', name, offset),
 * }
 */
export interface OffsetStore {
  /** The offset that was saved last; undefined if there is none. */
  load(): number | undefined | Promise<number | undefined>
  /**
   * Every message up to `offset` is finished. Called with ever larger offsets, and never before the last
   * call has resolved. If it rejects, the subscription ends with its error.
   */
  save(offset: number): unknown
}

/** Keeps the offset in a file, which it replaces as a whole: a crash leaves the old offset or the new one. */
export function fileOffsetStore(path: string): OffsetStore {
  return {
    load: () => readOffset(path),
    async save(offset) {
      const temporary = `${path}.tmp`
      await using file = await open(temporary, 'w')
      await file.writeFile(`${offset}\n`)
      // Without this, a power failure could leave an empty file under the final name.
      await file.sync()
      await rename(temporary, path)
    },
  }
}

async function readOffset(path: string): Promise<number | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  if (!/^\d+\n$/.test(text)) throw new Error(`${path} does not contain an offset but "${text}"`)
  return Number(text)
}
