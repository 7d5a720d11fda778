import type { Broker } from '@messaging-patterns/broker'

import type { FromBroker, ToBroker } from '../engine/protocol.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import { DelayLine } from './network/delay-line.ts'
import { Gate } from './network/gate.ts'
import { loadStreams } from './late.ts'
import { MessageFrames, type PartKind } from './network/message-frames.ts'
import { Pacer } from './pacer.ts'
import { PortStream, type Network } from './network/port-stream.ts'
import { Recorder } from './recorder.ts'

/** Movements that happen within this time go to the page together, in milliseconds. */
const batchTime = 10

/** What the page can ask a broker that has started. */
export type BrokerCommand = Exclude<ToBroker, { readonly type: 'start' }>

export interface BrokerHostOptions {
  readonly firstMessage: number
  readonly latency: number
  readonly isPaced: boolean
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
  /** What the broker has sent arrives now. */
  readonly flush: () => void
}

/** Connects a broker to the page: the streams of its clients, its time, and its updates. */
export class BrokerHost {
  readonly #broker: Broker
  readonly #options: BrokerHostOptions
  readonly #recorder: Recorder
  readonly #gate = new Gate()
  readonly #pacer: Pacer
  readonly #connections = new Set<Connection>()
  /** The TCP ports whose confirms are lost. */
  readonly #losingConfirms = new Set<number>()
  #latency: number
  #isStepping = false
  /** Whether time decides what is shown next; in steps, the reader does. */
  #isRunning = true
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
    this.#pacer = new Pacer((queue) => this.#recorder.topology.deadLetterExchange(queue))
    this.#pacer.latency = options.latency
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
        this.#take()
        this.#isRunning = true
        this.#setRate(message.rate)
        break
      case 'latency':
        this.#latency = message.latency
        this.#pacer.latency = message.latency
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
    const { time, isPaced } = this.#options
    // What is paced needs that time as a part of its way.
    const here = new DelayLine(time, () => (isPaced ? 0 : this.#latency))
    const there = new DelayLine(time, () => this.#latency)
    const frames = new MessageFrames()
    this.#pacer.connected(program)
    let losesAnswers = false
    const network: Network = {
      arrive: (task) => here.pass(() => this.#gate.pass(task)),
      depart: (packet, send) => {
        if (losesAnswers) return
        if (!isPaced || typeof packet !== 'object') there.pass(() => send(packet))
        else
          for (const { kind, bytes } of frames.cut(packet))
            there.pass(() => send(bytes), this.#arrivalOf(kind, program))
      },
    }
    const stream = new PortStream(port, network)
    const loseAnswers = (isLosing: boolean): void => {
      losesAnswers = isLosing
    }
    const connection = { program, to, stream, loseAnswers, flush: () => there.flush() }
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

  /** When a part of what the broker sends to a program may arrive, at the earliest. */
  #arrivalOf(kind: PartKind, program: string): number {
    this.#plan()
    if (kind === 'other') return 0
    return kind === 'delivery' ? this.#pacer.nextDelivery(program) : this.#pacer.published(program)
  }

  #plan(): void {
    const { time, isPaced } = this.#options
    if (!isPaced) return
    this.#recorder.annotate((movements) =>
      this.#isRunning ? this.#pacer.plan(movements, time.now()) : movements,
    )
    if (this.#pacer.isOverwhelmed) this.#deliverNow()
  }

  /** What is on its way to programs arrives. */
  #deliverNow(): void {
    this.#pacer.reset()
    for (const { flush } of this.#connections) flush()
  }

  #beginSteps(): void {
    this.#take()
    this.#isRunning = false
    this.#deliverNow()
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
    if (this.#options.isPaced && this.#isRunning) this.#beginSteps()
    this.#isStepping = true
    this.#recorder.endTurn()
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
    this.#take(1)
    this.#options.post({ type: 'stepped' })
  }

  #moved(): void {
    if (this.#isStepping && this.#options.time.rate > 0) this.#endStep()
    else this.#scheduleFlush()
  }

  #take(count = Infinity): void {
    this.#plan()
    const update = this.#recorder.take(count)
    if (update !== undefined) this.#options.post({ type: 'update', update })
  }

  #scheduleFlush(): void {
    if (this.#isFlushScheduled) return
    this.#isFlushScheduled = true
    setTimeout(() => {
      this.#isFlushScheduled = false
      this.#recorder.endTurn()
      // While time stands still, what else has happened waits for the next step.
      this.#take(this.#options.time.rate === 0 ? 0 : Infinity)
    }, batchTime)
  }
}
