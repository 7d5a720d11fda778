import type { Compiler } from '../compiler/compiler.ts'
import type { ProgramSpec } from './api.ts'

/** The files of the build, and the modules that are compiled from what a learner has edited. */
export class Sources {
  readonly #base: string
  readonly #texts = new Map<string, Promise<string>>()
  readonly #blobs: string[] = []

  /** `base` is the address of the build's folder, with a slash at the end. */
  constructor(base: string) {
    this.#base = base
  }

  address(file: string): string {
    return new URL(file, this.#base).href
  }

  /** The address of a program as it is in the lesson. */
  addressOf(program: string): string {
    return this.address(`programs/${program}.js`)
  }

  /** The source of a file as it is in the lesson. */
  read(file: string): Promise<string> {
    const known = this.#texts.get(file)
    if (known !== undefined) return known
    const text = this.#fetch(`sources/${file}`)
    this.#texts.set(file, text)
    // It may be there the next time.
    text.catch(() => this.#texts.delete(file))
    return text
  }

  async programNames(): Promise<readonly string[]> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the build writes this file
    return JSON.parse(await this.#fetch('programs.json')) as readonly string[]
  }

  /** The address of a program's module. Rejects if an edited file cannot be compiled. */
  async moduleOf({ program, edits }: ProgramSpec): Promise<string> {
    if (edits === undefined) return this.addressOf(program)
    // Loaded only here: most readers never edit.
    const address = this.address('compiler.js')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the build makes this file from compiler.ts
    const { compile } = (await import(/* @vite-ignore */ address)) as Compiler
    const [lesson, ...path] = program.split('/')
    return compile(`${lesson}/src/${path.join('/')}.ts`, {
      read: async (file) => edits[file] ?? (await this.read(file)),
      address: (file) => this.address(file),
      publish: (code) => this.#publish(code),
    })
  }

  close(): void {
    for (const blob of this.#blobs.splice(0)) URL.revokeObjectURL(blob)
  }

  #publish(code: string): string {
    const blob = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
    this.#blobs.push(blob)
    return blob
  }

  async #fetch(file: string): Promise<string> {
    const response = await fetch(this.address(file))
    if (!response.ok) throw new Error(`cannot load ${file}: ${response.status}`)
    return await response.text()
  }
}
