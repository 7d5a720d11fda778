import type { ManagementReply, ManagementRequest } from '@messaging-patterns/broker'

import type { Update } from '../picture/update.ts'
import { VirtualTime } from '../time/virtual-time.ts'
import type { Lab, LabOptions, ProgramSpec, RunningProgram } from './api.ts'
import { BrokerWorker } from './broker-worker.ts'
import { ProgramWorker } from './program-worker.ts'
import type { Packet } from './protocol.ts'
import { Sources } from './sources.ts'
import { SpareWorkers } from './spare-workers.ts'
import { problemIn } from './terminal.ts'

/** Opens a lab. Nothing is loaded before programs or the broker are prepared or started. */
export function openLab(options: LabOptions): Lab {
  return new PageLab(options)
}

class PageLab implements Lab {
  readonly #options: LabOptions
  readonly #sources: Sources
  readonly #workers: SpareWorkers
  readonly #programs = new Map<string, ProgramWorker>()
  readonly #time = new VirtualTime()
  readonly #opened = performance.now()
  #broker: BrokerWorker | undefined
  /** Then it stays away until it is started again. */
  #brokerIsKilled = false
  readonly #closedPorts = new Set<number>()
  #isClosed = false
  #latency = 0
  #nextPid = 100
  /** The number of the next message, if the broker is started again. */
  #nextMessage = 1
  /** The step that is not over, and what resolves its promise. */
  #step: Promise<void> | undefined
  #resolveStep: (() => void) | undefined

  constructor(options: LabOptions) {
    this.#options = options
    const { href } = new URL(options.files, document.baseURI)
    this.#sources = new Sources(href)
    this.#workers = new SpareWorkers(this.#sources.address('program.js'))
  }

  get programs(): ReadonlyMap<string, RunningProgram> {
    return this.#programs
  }

  get brokerIsRunning(): boolean {
    return this.#broker !== undefined
  }

  get rate(): number {
    return this.#time.rate
  }

  set rate(rate: number) {
    this.#endStep()
    this.#setRate(rate)
    this.#broker?.send({ type: 'rate', rate })
  }

  get latency(): number {
    return this.#latency
  }

  set latency(latency: number) {
    this.#latency = latency
    this.#broker?.send({ type: 'latency', latency })
  }

  prepare(programs: readonly string[]): void {
    if (this.#isClosed) return
    this.startBroker()
    this.#broker?.prepare(programs)
    this.#workers.prepare(programs.map((program) => this.#sources.addressOf(program)))
  }

  start(spec: ProgramSpec): RunningProgram {
    if (this.#isClosed) throw new Error('the lab is closed')
    if (!this.#brokerIsKilled) this.startBroker()
    const { id } = spec
    this.#programs.get(id)?.kill()
    const launch = {
      worker: this.#workers.take(),
      pid: this.#nextPid++,
      now: () => this.#time.now(),
      rate: () => this.#time.rate,
      module: this.#sources.moduleOf(spec),
    }
    const program = new ProgramWorker(spec, launch, {
      onLine: (stream, text) => this.#printed(id, stream, text),
      onConnect: (port, to) => this.#connect(spec, port, to),
      onChange: () => this.#changed(program),
    })
    this.#programs.set(id, program)
    this.#changed(program)
    return program
  }

  startBroker(): void {
    if (this.#broker !== undefined || this.#isClosed) return
    this.#brokerIsKilled = false
    const start = {
      firstMessage: this.#nextMessage,
      now: this.#time.now(),
      rate: this.#time.rate,
      latency: this.#latency,
      isPaced: this.#options.isPaced === true,
    }
    const script = this.#options.manages === true ? 'managed-broker.js' : 'broker.js'
    this.#broker = new BrokerWorker(this.#sources.address(script), start, {
      onUpdate: (update) => this.#updated(update),
      onStep: (phase) => this.#stepped(phase),
      onError: () => {
        this.killBroker()
        // The next program tries again, unless something has to be restored first.
        this.#brokerIsKilled = this.#options.manages === true
      },
    })
    this.#listPrograms()
    this.#options.onBroker?.(true)
  }

  killBroker(): void {
    if (this.#broker === undefined) return
    this.#broker.kill()
    this.#broker = undefined
    this.#brokerIsKilled = true
    for (const program of this.#programs.values())
      if (program.state !== 'ended') program.brokerGone()
    // A step may have let time pass.
    if (this.#step !== undefined) this.#setRate(0)
    this.#endStep()
    const topology = { exchanges: [], queues: [], bindings: [], consumers: [] }
    this.#options.onUpdate?.({
      time: this.#time.now(),
      topology: { ...topology, programs: this.#running() },
      movements: [],
      messages: [],
    })
    this.#options.onBroker?.(false)
  }

  loseConfirms(port: number): void {
    this.#broker?.send({ type: 'lose-confirms', port })
  }

  closePort(port: number): void {
    this.#closedPorts.add(port)
    this.#broker?.send({ type: 'port-gone', port })
  }

  async manage(request: ManagementRequest): Promise<ManagementReply> {
    if (!this.#brokerIsKilled) this.startBroker()
    if (this.#broker === undefined) throw new Error('the broker is not running')
    return await this.#broker.manage(request)
  }

  step(): Promise<void> {
    if (this.#broker === undefined) return Promise.resolve()
    if (this.#step !== undefined) return this.#step
    this.#step = new Promise((resolve) => (this.#resolveStep = resolve))
    this.#setRate(0)
    this.#broker.send({ type: 'step' })
    return this.#step
  }

  source(file: string): Promise<string> {
    return this.#sources.read(file)
  }

  programNames(): Promise<readonly string[]> {
    return this.#sources.programNames()
  }

  close(): void {
    this.#isClosed = true
    this.#workers.close()
    for (const program of this.#programs.values()) program.kill()
    this.#broker?.kill()
    this.#broker = undefined
    this.#endStep()
    this.#sources.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #setRate(rate: number): void {
    this.#time.rate = rate
    for (const program of this.#programs.values())
      if (program.state !== 'ended') program.setRate(rate)
  }

  #stepped(phase: 'needs-time' | 'stepped'): void {
    this.#setRate(phase === 'needs-time' ? 1 : 0)
    if (phase === 'stepped') this.#endStep()
  }

  #endStep(): void {
    this.#resolveStep?.()
    this.#step = undefined
  }

  #updated(update: Update): void {
    for (const { id } of update.messages) this.#nextMessage = Math.max(this.#nextMessage, id + 1)
    this.#options.onUpdate?.(update)
  }

  #printed(program: string, stream: 'stdout' | 'stderr', text: string): void {
    const problem = problemIn(text)
    const time = performance.now() - this.#opened
    const line = { program, stream, text, time, ...(problem !== undefined && { problem }) }
    this.#options.onLine?.(line)
  }

  #connect(spec: ProgramSpec, port: MessagePort, to: number): void {
    const refused: Packet = 'ECONNREFUSED'
    if (this.#broker === undefined || this.#closedPorts.has(to)) port.postMessage(refused)
    else this.#broker.connect(spec, port, to)
  }

  #changed(program: ProgramWorker): void {
    if (program.state === 'ended') {
      this.#broker?.send({ type: 'program-gone', program: program.spec.id })
      this.#workers.programEnded()
    }
    this.#listPrograms()
    this.#options.onProgram?.(program)
  }

  #listPrograms(): void {
    this.#broker?.send({ type: 'programs', programs: this.#running() })
  }

  #running() {
    return Array.from(this.#programs.values()).flatMap(({ spec: { id, name }, state }) =>
      state === 'ended' ? [] : [{ id, name, state }],
    )
  }
}
