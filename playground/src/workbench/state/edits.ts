import {
  contentOf,
  isSameBinding,
  withContent,
  type BindingDefinition,
  type ExchangeDefinition,
  type ProgramState,
  type QueueDefinition,
  type WorkbenchState,
} from './state.ts'

// What the reader can do to a state. Each returns another state, so that undo is going back.

export function addExchange(state: WorkbenchState, exchange: ExchangeDefinition): WorkbenchState {
  const { exchanges } = contentOf(state)
  return withContent(state, { exchanges: [...without(exchanges, exchange.name), exchange] })
}

export function addQueue(state: WorkbenchState, queue: QueueDefinition): WorkbenchState {
  const { queues } = contentOf(state)
  return withContent(state, { queues: [...without(queues, queue.name), queue] })
}

export function addBinding(state: WorkbenchState, binding: BindingDefinition): WorkbenchState {
  const { bindings } = contentOf(state)
  if (bindings.some((each) => isSameBinding(each, binding))) return state
  return withContent(state, { bindings: [...bindings, binding] })
}

/** Also removes its bindings, as the broker does. */
export function removeExchange(state: WorkbenchState, name: string): WorkbenchState {
  const { exchanges, bindings } = contentOf(state)
  return withContent(state, {
    exchanges: without(exchanges, name),
    bindings: bindings.filter(
      ({ source, destination, destination_type: type }) =>
        source !== name && !(type === 'exchange' && destination === name),
    ),
  })
}

export function removeQueue(state: WorkbenchState, name: string): WorkbenchState {
  const { queues, bindings } = contentOf(state)
  return withContent(state, {
    queues: without(queues, name),
    bindings: bindings.filter(
      ({ destination, destination_type: type }) => !(type === 'queue' && destination === name),
    ),
  })
}

export function removeBinding(state: WorkbenchState, binding: BindingDefinition): WorkbenchState {
  const bindings = contentOf(state).bindings.filter((each) => !isSameBinding(each, binding))
  return withContent(state, { bindings })
}

export function addProgram(
  state: WorkbenchState,
  program: Omit<ProgramState, 'id' | 'name'>,
): WorkbenchState {
  const { programs } = state
  const numbers = programs.map(({ id }) => Number(id.slice(1)))
  const id = `p${Math.max(0, ...numbers) + 1}`
  const base = program.program.replace(/^own\//, '').replace('/', ' ')
  const isTaken = (name: string): boolean => programs.some((each) => each.name === name)
  let name = base
  for (let i = 2; isTaken(name); i++) name = `${base} ${i}`
  return { ...state, programs: [...programs, { id, name, ...program }] }
}

export function removeProgram(state: WorkbenchState, id: string): WorkbenchState {
  return { ...state, programs: state.programs.filter((program) => program.id !== id) }
}

/** Without a source, the program is again as in the lesson. */
export function setSource(
  state: WorkbenchState,
  id: string,
  source: string | undefined,
): WorkbenchState {
  const programs = state.programs.map((program) => {
    if (program.id !== id) return program
    const { source: _source, ...others } = program
    return source === undefined ? others : { ...others, source }
  })
  return { ...state, programs }
}

function without<T extends { readonly name: string }>(list: readonly T[], name: string): T[] {
  return list.filter((each) => each.name !== name)
}
