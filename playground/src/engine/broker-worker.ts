import type { Update } from '../picture/update.ts'
import type { ProgramSpec } from './api.ts'
import type { FromBroker, ToBroker } from './protocol.ts'

export interface BrokerEvents {
  readonly onUpdate: (update: Update) => void
  /** A step needs time to pass for the programs, or is over. */
  readonly onStep: (phase: 'needs-time' | 'stepped') => void
}

/** The broker in its worker. */
export class BrokerWorker {
  readonly #worker: Worker

  constructor(script: string, start: Omit<Start, 'type'>, { onUpdate, onStep }: BrokerEvents) {
    this.#worker = new Worker(script, { type: 'module', name: 'broker' })
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromBroker>) => {
      if (data.type === 'update') onUpdate(data.update)
      else onStep(data.type)
    })
    this.send({ type: 'start', ...start })
  }

  send(message: ToBroker): void {
    this.#worker.postMessage(message)
  }

  /** Loads what these programs may need of the broker. */
  prepare(programs: readonly string[]): void {
    if (programs.some(mayDeclareStreams)) this.send({ type: 'prepare-streams' })
  }

  connect({ id, program, edits }: ProgramSpec, port: MessagePort): void {
    const streams = mayDeclareStreams(program) || edits !== undefined
    const message: ToBroker = { type: 'connect', program: id, port, streams }
    this.#worker.postMessage(message, [port])
  }

  kill(): void {
    this.#worker.terminate()
  }
}

function mayDeclareStreams(program: string): boolean {
  return program.startsWith('streams/')
}

type Start = Extract<ToBroker, { readonly type: 'start' }>
