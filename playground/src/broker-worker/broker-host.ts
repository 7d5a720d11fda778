import type { Broker } from '@messaging-patterns/broker'

import type { FromBroker, ToBroker } from '../engine/protocol.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import { DelayLine } from './delay-line.ts'
import { Gate } from './gate.ts'
import { loadStreams } from './late.ts'
import { PortStream, type Network } from './port-stream.ts'
import { Recorder } from './recorder.ts'

/** Movements that happen within this time go to the page together, in milliseconds. */
const batchTime = 10

/** What the page can ask a broker that has started. */
export type BrokerCommand = Exclude<ToBroker, { readonly type: 'start' }>

export interface BrokerHostOptions {
  readonly firstMessage: number
  readonly latency: number
  readonly time: VirtualTime
  readonly post: (message: FromBroker) => void
}

interface Connection {
  readonly program: string
  /** The TCP port that the program has connected to. */
  readonly to: number
  readonly stream: PortStream
  /** Whether what the broker sends is lost. */
  readonly loseAnswers: (isLosing: boolean) => void
}

/** Connects a broker to the page: the streams of its clients, its time, and its updates. */
export class BrokerHost {
  readonly #broker: Broker
  readonly #options: BrokerHostOptions
  readonly #recorder: Recorder
  readonly #gate = new Gate()
  readonly #connections = new Set<Connection>()
  /** The TCP ports whose confirms are lost. */
  readonly #losingConfirms = new Set<number>()
  #latency: number
  #isStepping = false
  #isFlushScheduled = false

  constructor(broker: Broker, options: BrokerHostOptions) {
    this.#broker = broker
    this.#options = options
    this.#latency = options.latency
    this.#recorder = new Recorder(broker, {
      firstMessage: options.firstMessage,
      now: () => options.time.now(),
      onMovement: () => this.#moved(),
    })
    this.#setRate(options.time.rate)
    for (const name of ['exchange.declared', 'queue.declared', 'queue.deleted', 'bound'] as const)
      broker.on(name, () => this.#scheduleFlush())
    for (const name of ['consumer.added', 'consumer.removed', 'connection.closed'] as const)
      broker.on(name, () => this.#scheduleFlush())
    broker.on('published', ({ connection }) => this.#published(connection))
    this.#scheduleFlush()
  }

  receive(message: BrokerCommand): void {
    switch (message.type) {
      case 'programs':
        this.#recorder.topology.running = message.programs
        this.#scheduleFlush()
        break
      case 'prepare-streams':
        void loadStreams()
        break
      case 'connect':
        if (message.streams) void loadStreams().then(() => this.#connect(message))
        else this.#connect(message)
        break
      case 'program-gone':
        this.#close(({ program }) => program === message.program)
        break
      case 'lose-confirms':
        this.#losingConfirms.add(message.port)
        break
      case 'port-gone':
        this.#close(({ to }) => to === message.port)
        break
      case 'rate':
        this.#isStepping = false
        this.#post(this.#recorder.take())
        this.#setRate(message.rate)
        break
      case 'latency':
        this.#latency = message.latency
        break
      case 'step':
        this.#step()
        break
      case 'manage':
        void this.#manage(message)
        break
    }
  }

  async #manage({ number, request }: Extract<BrokerCommand, { type: 'manage' }>): Promise<void> {
    const reply = await this.#broker.manage(request)
    this.#options.post({ type: 'managed', number, reply })
    this.#scheduleFlush()
  }

  #connect({ program, port, to }: Extract<BrokerCommand, { type: 'connect' }>): void {
    const [here, there] = [this.#createLine(), this.#createLine()]
    let losesAnswers = false
    const network: Network = {
      arrive: (task) => here.pass(() => this.#gate.pass(task)),
      depart: (task) => {
        if (!losesAnswers) there.pass(task)
      },
    }
    const stream = new PortStream(port, network)
    const loseAnswers = (isLosing: boolean): void => {
      losesAnswers = isLosing
    }
    const connection = { program, to, stream, loseAnswers }
    this.#connections.add(connection)
    stream.on('close', () => this.#connections.delete(connection))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is as much of a Duplex as the broker uses
    this.#broker.accept(stream as unknown as Parameters<Broker['accept']>[0], { name: program })
  }

  #published(number: number | undefined): void {
    const program = this.#recorder.topology.programOf(number)
    for (const connection of this.#connections)
      if (connection.program === program && this.#losingConfirms.has(connection.to))
        connection.loseAnswers(true)
  }

  #close(isAffected: (connection: Connection) => boolean): void {
    for (const connection of this.#connections)
      if (isAffected(connection)) {
        connection.loseAnswers(false)
        connection.stream.destroy()
      }
  }

  #createLine(): DelayLine {
    return new DelayLine(this.#options.time, () => this.#latency)
  }

  #setRate(rate: number): void {
    this.#options.time.rate = rate
    if (rate === 0) this.#gate.close()
    else this.#gate.open()
    this.#scheduleFlush()
  }

  /** Lets in what has arrived until something moves. If nothing does, time has to pass. */
  #step(): void {
    this.#setRate(0)
    this.#isStepping = true
    while (this.#recorder.pending === 0 && this.#gate.letOneIn());
    if (this.#recorder.pending > 0) this.#endStep()
    else {
      this.#options.post({ type: 'needs-time' })
      this.#setRate(1)
    }
  }

  #endStep(): void {
    this.#isStepping = false
    this.#setRate(0)
    this.#post(this.#recorder.take(1))
    this.#options.post({ type: 'stepped' })
  }

  #moved(): void {
    if (this.#isStepping && this.#options.time.rate > 0) this.#endStep()
    else this.#scheduleFlush()
  }

  #scheduleFlush(): void {
    if (this.#isFlushScheduled) return
    this.#isFlushScheduled = true
    setTimeout(() => {
      this.#isFlushScheduled = false
      // While time stands still, what else has happened waits for the next step.
      this.#post(this.#recorder.take(this.#options.time.rate === 0 ? 0 : Infinity))
    }, batchTime)
  }

  #post(update: ReturnType<Recorder['take']>): void {
    if (update !== undefined) this.#options.post({ type: 'update', update })
  }
}
