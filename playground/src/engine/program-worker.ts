import type { ProgramEnd, ProgramSpec, RunningProgram } from './api.ts'
import type { FromProgram, ToProgram } from './protocol.ts'
import { Lines } from './terminal.ts'

/** What happens to a program, for the lab. */
export interface ProgramEvents {
  readonly onLine: (stream: 'stdout' | 'stderr', text: string) => void
  /** It connects to a TCP port. */
  readonly onConnect: (port: MessagePort, to: number) => void
  /** It has paused, continued or ended. */
  readonly onChange: () => void
}

export interface Launch {
  /** A worker that runs the script of programs, and in which no program has started. */
  readonly worker: Worker
  readonly pid: number
  readonly now: () => number
  readonly rate: () => number
  /** Resolves with the address of the program's module; its edits may have to be compiled first. */
  readonly module: Promise<string>
}

/** The event has no message if the script of the worker could not be loaded. */
type Failure = Partial<Pick<ErrorEvent, 'message'>>

/** A program in its worker. */
export class ProgramWorker implements RunningProgram {
  readonly spec: ProgramSpec
  readonly ended: Promise<ProgramEnd>
  readonly #worker: Worker
  readonly #events: ProgramEvents
  readonly #terminal: Readonly<Record<'stdout' | 'stderr', Lines>>
  #state: RunningProgram['state'] = 'running'
  #resolve: (end: ProgramEnd) => void = () => {}

  constructor(spec: ProgramSpec, launch: Launch, events: ProgramEvents) {
    this.spec = spec
    this.#events = events
    this.ended = new Promise((resolve) => (this.#resolve = resolve))
    this.#terminal = {
      stdout: new Lines((text) => events.onLine('stdout', text)),
      stderr: new Lines((text) => events.onLine('stderr', text)),
    }
    this.#worker = launch.worker
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromProgram>) =>
      this.#receive(data),
    )
    this.#worker.addEventListener('error', ({ message = 'its worker cannot be loaded' }: Failure) =>
      this.#fail(`cannot start ${spec.program}: ${message}`),
    )
    void this.#launch(launch)
  }

  get state(): RunningProgram['state'] {
    return this.#state
  }

  interrupt(): void {
    this.#signal('SIGINT')
  }

  kill(): void {
    this.#end({ code: undefined, signal: 'SIGKILL' })
  }

  pause(): void {
    if (this.#state !== 'running') return
    this.#state = 'paused'
    this.#signal('SIGSTOP')
    this.#events.onChange()
  }

  resume(): void {
    if (this.#state !== 'paused') return
    this.#state = 'running'
    this.#signal('SIGCONT')
    this.#events.onChange()
  }

  setRate(rate: number): void {
    this.#send({ type: 'rate', rate })
  }

  brokerGone(): void {
    this.#send({ type: 'broker-gone' })
  }

  async #launch({ module, pid, now, rate }: Launch): Promise<void> {
    const { argv, edits } = this.spec
    try {
      const address = await module
      // The stack of an error says in which line of the learner's it was thrown.
      const verbose = edits === undefined ? argv : ['--verbose', ...argv]
      this.#send({ type: 'start', module: address, argv: verbose, pid, now: now(), rate: rate() })
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error))
    }
  }

  #send(message: ToProgram): void {
    this.#worker.postMessage(message)
  }

  #signal(signal: 'SIGINT' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#send({ type: 'signal', signal })
  }

  #receive(message: FromProgram): void {
    if (this.#state === 'ended') return
    switch (message.type) {
      case 'output':
        this.#terminal[message.stream].write(message.text)
        break
      case 'connect':
        this.#events.onConnect(message.port, message.to)
        break
      case 'exit':
        this.#end({ code: message.code, signal: undefined })
        break
      case 'message':
        // It has no parent in a lab.
        break
      case 'killed':
        this.#end({ code: undefined, signal: message.signal })
        break
    }
  }

  #fail(problem: string): void {
    if (this.#state === 'ended') return
    this.#terminal.stderr.write(`error: ${problem}\n`)
    this.#end({ code: 1, signal: undefined })
  }

  #end(end: ProgramEnd): void {
    if (this.#state === 'ended') return
    this.#worker.terminate()
    this.#state = 'ended'
    this.#terminal.stdout.end()
    this.#terminal.stderr.end()
    this.#events.onChange()
    this.#resolve(end)
  }
}
