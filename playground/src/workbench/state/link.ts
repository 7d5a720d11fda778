import { emptyState, type ProgramState, type WorkbenchState } from './state.ts'

/** How a fragment begins that carries a state: `#w1=` and the compressed JSON in base64url. */
const prefix = '#w1='

/** The fragment of an address that carries the whole state. */
export async function fragmentOf(state: WorkbenchState): Promise<string> {
  const compressed = await through(
    new CompressionStream('deflate-raw'),
    new TextEncoder().encode(JSON.stringify(state)),
  )
  const binary = Array.from(compressed, (byte) => String.fromCharCode(byte)).join('')
  return prefix + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

export function carriesState(fragment: string): boolean {
  return fragment.startsWith(prefix)
}

/** The state in a fragment. Rejects if it is damaged, or not one. */
export async function stateIn(fragment: string): Promise<WorkbenchState> {
  const problem = 'this link is not complete: copy it again'
  try {
    const base64 = fragment.slice(prefix.length).replaceAll('-', '+').replaceAll('_', '/')
    const compressed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const json = await through(new DecompressionStream('deflate-raw'), compressed)
    const state: unknown = JSON.parse(new TextDecoder().decode(json))
    if (!isState(state)) throw new Error(problem)
    return state
  } catch (error) {
    throw new Error(problem, { cause: error })
  }
}

async function through(
  pipe: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(pipe)
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** A link can come from anyone, so nothing else may look at it before this. */
function isState(value: unknown): value is WorkbenchState {
  const state: Partial<Record<keyof WorkbenchState, unknown>> = { ...Object(value) }
  return (
    state.version === emptyState.version &&
    typeof state.vhost === 'string' &&
    typeof state.definitions === 'object' &&
    state.definitions !== null &&
    Array.isArray(state.programs) &&
    state.programs.every(isProgram)
  )
}

function isProgram(value: unknown): value is ProgramState {
  const { id, name, program, argv, source }: Partial<Record<keyof ProgramState, unknown>> = {
    ...Object(value),
  }
  const areTexts = [id, name, program].every((each) => typeof each === 'string')
  const isPath = typeof program === 'string' && /^[\w-]+\/[\w-]+$/.test(program)
  const hasArguments = Array.isArray(argv) && argv.every((each) => typeof each === 'string')
  return areTexts && isPath && hasArguments && ['string', 'undefined'].includes(typeof source)
}
