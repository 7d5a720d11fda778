import type { ManagementReply, ManagementRequest } from '@messaging-patterns/broker'

import type { Update } from '../picture/update.ts'
import type { ProgramSpec } from './api.ts'
import type { FromBroker, ToBroker } from './protocol.ts'

export interface BrokerEvents {
  readonly onUpdate: (update: Update) => void
  /** A step needs time to pass for the programs, or is over. */
  readonly onStep: (phase: 'needs-time' | 'stepped') => void
  /** It could not be loaded, or has crashed. */
  readonly onError: () => void
}

/** The broker in its worker. */
export class BrokerWorker {
  readonly #worker: Worker
  /** Requests to the management API without an answer, by their number. */
  readonly #waiting = new Map<number, Waiting>()
  #requests = 0

  constructor(
    script: string,
    start: Omit<Start, 'type'>,
    { onUpdate, onStep, onError }: BrokerEvents,
  ) {
    this.#worker = new Worker(script, { type: 'module', name: 'broker' })
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromBroker>) => {
      if (data.type === 'update') onUpdate(data.update)
      else if (data.type === 'managed') this.#answered(data.number, data.reply)
      else onStep(data.type)
    })
    this.#worker.addEventListener('error', onError)
    this.send({ type: 'start', ...start })
  }

  send(message: ToBroker): void {
    this.#worker.postMessage(message)
  }

  /** Loads what these programs may need of the broker. */
  prepare(programs: readonly string[]): void {
    if (programs.some(mayDeclareStreams)) this.send({ type: 'prepare-streams' })
  }

  connect({ id, program, edits }: ProgramSpec, port: MessagePort, to: number): void {
    const streams = mayDeclareStreams(program) || edits !== undefined
    const message: ToBroker = { type: 'connect', program: id, port, to, streams }
    this.#worker.postMessage(message, [port])
  }

  manage(request: ManagementRequest): Promise<ManagementReply> {
    const number = ++this.#requests
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject })
      this.send({ type: 'manage', number, request })
    })
  }

  kill(): void {
    this.#worker.terminate()
    for (const { reject } of this.#waiting.values()) reject(new Error('the broker is down'))
    this.#waiting.clear()
  }

  #answered(number: number, reply: ManagementReply): void {
    this.#waiting.get(number)?.resolve(reply)
    this.#waiting.delete(number)
  }
}

interface Waiting {
  readonly resolve: (reply: ManagementReply) => void
  readonly reject: (error: Error) => void
}

function mayDeclareStreams(program: string): boolean {
  return program.startsWith('streams/')
}

type Start = Extract<ToBroker, { readonly type: 'start' }>
