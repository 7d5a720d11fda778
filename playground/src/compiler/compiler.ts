import { parse } from 'es-module-lexer/minimal/js'
import { transform } from 'sucrase'

/** The module that the build makes from this file. */
export interface Compiler {
  readonly compile: typeof compile
}

/** What the compiler needs from the page. */
export interface CompilerHost {
  /** The TypeScript of a file: the learner's, or the lesson's. */
  read(file: string): Promise<string>
  /** The address of a file of the build. */
  address(file: string): string
  /** Makes a module of JavaScript, and returns its address. */
  publish(code: string): string
}

/** The packages that programs import, and their files in the build. */
const packages = new Map([
  ['@messaging-patterns/shared', 'shared/index.js'],
  ['@messaging-patterns/shared/cli', 'shared/cli.js'],
  ['@messaging-patterns/tasks', 'shared/tasks.js'],
  ['@messaging-patterns/broker/testing', 'shared/testing.js'],
])

/** What a program of chapter 12 imports by its path is the same as the package. */
const tasksOfLesson = 'tasks/src/index.ts'

/** How a program names a file for a thread, instead of importing it. */
const otherFile = /(?<=new URL\()'(\.{1,2}\/[^']+\.ts)', import\.meta\.url(?=\))/g

/** Makes a module from a program and the files that it imports, and returns its address. */
export async function compile(program: string, host: CompilerHost): Promise<string> {
  return new Compilation(host).moduleOf(program)
}

class Compilation {
  readonly #host: CompilerHost
  readonly #modules = new Map<string, Promise<string>>()

  constructor(host: CompilerHost) {
    this.#host = host
  }

  moduleOf(file: string): Promise<string> {
    const known = this.#modules.get(file)
    if (known !== undefined) return known
    const module = this.#compile(file)
    this.#modules.set(file, module)
    return module
  }

  async #compile(file: string): Promise<string> {
    const source = withoutTypes(await this.#host.read(file), file)
    const javascript = await this.#withAddresses(source, file)
    let linked = ''
    let end = 0
    for (const { n: name, s, e } of importsOf(javascript, file)) {
      if (name === undefined) continue
      const address = await this.#resolve(name, file)
      if (address === undefined)
        throw new Error(`${placeOf(s, javascript, file)}: there is no module "${name}" in the page`)
      linked += javascript.slice(end, s) + address
      end = e
    }
    // Errors name the learner's file and, because all lines stay where they are, the learner's line.
    return this.#host.publish(`${linked}${javascript.slice(end)}\n//# sourceURL=${file}`)
  }

  #resolve(name: string, importer: string): Promise<string> | string | undefined {
    const path = name.startsWith('.') ? pathFrom(importer, name) : undefined
    if (path !== undefined && path !== tasksOfLesson) return this.moduleOf(path)
    const file = packages.get(path === undefined ? name : '@messaging-patterns/tasks')
    if (file !== undefined) return this.#host.address(file)
    if (!name.startsWith('node:')) return undefined
    return this.#host.address(`node/${name.slice(5).replace('/', '-')}.js`)
  }

  /** `import.meta.url` leads nowhere here, because the address of a module has no folders. So these files get their addresses now. */
  async #withAddresses(javascript: string, file: string): Promise<string> {
    const names = new Set(Array.from(javascript.matchAll(otherFile), ([, name = '']) => name))
    const addresses = new Map<string, string>()
    for (const name of names) addresses.set(name, await this.moduleOf(pathFrom(file, name)))
    return javascript.replaceAll(otherFile, (_, name: string) => `'${addresses.get(name)}'`)
  }
}

/** The path of a file that another one names `../world.ts`. */
function pathFrom(file: string, name: string): string {
  return new URL(name, `x:/${file}`).pathname.slice(1)
}

/** Removes the types. Throws an error that starts with the place: `basic/src/consumer.ts:3:14: ...`. */
function withoutTypes(source: string, file: string): string {
  try {
    return transform(source, { transforms: ['typescript'], disableESTransforms: true }).code
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    const [, problem = text, line, column] = /^(.*?) \((\d+):(\d+)\)$/.exec(text) ?? []
    const place = line === undefined ? file : `${file}:${line}:${column}`
    throw new Error(`${place}: ${problem.replace(/^Error transforming [^:]*: /, '')}`, {
      cause: error,
    })
  }
}

function importsOf(javascript: string, file: string) {
  try {
    return parse(javascript)[0]
  } catch (error) {
    // What the lexer cannot read is a string, a template or a bracket without an end.
    const { idx = 0 }: { idx?: number } = Object(error)
    throw new Error(`${placeOf(idx, javascript, file)}: this does not parse`, { cause: error })
  }
}

/** `basic/src/consumer.ts:3:14` */
function placeOf(index: number, text: string, file: string): string {
  const before = text.slice(0, index).split('\n')
  return `${file}:${before.length}:${(before.at(-1) ?? '').length + 1}`
}
