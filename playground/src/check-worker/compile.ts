import type { Compiler } from '../compiler/compiler.ts'

/** A module of a program. */
export interface Compiled extends AsyncDisposable {
  /** Its address. */
  readonly file: string
}

/** The programs of the learner, by their files: `exercises/03-lost-orders/program.ts`. */
export const programs = new Map<string, string>()

/** Makes a module of a learner's program. Rejects with an error that starts with the place of the mistake. */
export async function compileProgram(file: string): Promise<Compiled> {
  const blobs: string[] = []
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the build makes this file from compiler.ts
  const { compile } = (await import(addressOf('compiler.js'))) as Compiler
  const module = await compile(file, {
    address: addressOf,
    read: async (path) => programs.get(path) ?? (await source(addressOf(`sources/${path}`))),
    publish(code) {
      const blob = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
      blobs.push(blob)
      return blob
    },
  })
  return {
    file: module,
    async [Symbol.asyncDispose]() {
      for (const blob of blobs) URL.revokeObjectURL(blob)
    },
  }
}

/** The address of a file of the build. */
function addressOf(path: string): string {
  return new URL(path, import.meta.url).href
}

async function source(address: string): Promise<string> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`cannot load ${address}: ${response.status}`)
  return await response.text()
}
