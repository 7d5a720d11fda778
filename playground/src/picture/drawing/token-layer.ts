import { tokenHeight, tokenWidth, queueSlots, traySlots, type Slots } from '../layout/slots.ts'
import { ease, pointAlong, type Point } from '../motion/path.ts'
import { placeOf, type Step } from '../motion/schedule.ts'
import { isLoss } from '../motion/ways.ts'
import type { BrokerState, Copy } from '../state/broker-state.ts'
import { fateOf, messageLabel } from '../state/words.ts'
import type { Stage } from './stage.ts'
import { Token } from './token.ts'
import { svg } from './svg.ts'

interface Flight {
  readonly token: Token
  readonly step: Step
  /** Where it was when it left. */
  readonly origin: Point | undefined
}

/** More moving messages than this have no room for their keys. */
const mostWithKeys = 12

/** The messages: those in queues and programs, and those that move. */
export class TokenLayer {
  readonly element = svg('g', { class: 'mp-tokens' })
  readonly #state: BrokerState
  readonly #stage: Stage
  readonly #queued = new Map<Copy, Token>()
  readonly #held = new Map<Copy, Token>()
  readonly #flights = new Set<Flight>()
  /** Messages that have arrived at an exchange: they go on, or are gone. */
  readonly #passing = new Map<number, Token>()
  #slots = new Map<string, Slots>()
  #highestId = 1
  #selected: number | undefined
  #hasMoved = false

  constructor(state: BrokerState, stage: Stage) {
    this.#state = state
    this.#stage = stage
  }

  get isMoving(): boolean {
    return this.#flights.size > 0 || this.#resting().some(({ isSettled }) => !isSettled)
  }

  /** Whether any message has moved so far. */
  get hasMoved(): boolean {
    return this.#hasMoved
  }

  slotsOf(node: string): Slots | undefined {
    return this.#slots.get(node)
  }

  /** The messages at a node, in the order in which one reads them. */
  tokensAt(node: string): readonly Token[] {
    const tokens = this.#resting().filter((token) => token.node === node)
    return tokens.toSorted((a, b) => a.place.y - b.place.y || b.place.x - a.place.x)
  }

  select(message: number | undefined): void {
    this.#selected = message
    for (const token of this.#all()) token.isSelected = token.message === message
  }

  /** A message leaves its place. Call it before the state changes. */
  depart(step: Step): void {
    const { movement } = step
    this.#hasMoved = true
    if (movement.type === 'purged') return
    this.#highestId = Math.max(this.#highestId, movement.message)
    const from = this.#tokenOf(step)
    const held = this.#heldOf(step)
    if (movement.type === 'requeued') held?.remove()
    else held?.fade('mp-done')
    if (step.end > step.start) this.#startFlight(step, from?.position)
  }

  #startFlight(step: Step, from: Point | undefined): void {
    const { movement, way } = step
    if (movement.type === 'purged') return
    const source = way?.from ?? placeOf(movement)
    const origin = from ?? this.#moreAt(source)
    const start = origin ?? this.#stage.route(way ?? { from: source, to: source })[0]
    const token = this.#passingOn(step) ?? this.#create(movement.message, start)
    if (movement.type === 'acked') token.becomeAck()
    token.isDead = movement.type === 'dead-lettered' || movement.type === 'unroutable'
    token.isRedelivered = 'redelivered' in movement && movement.redelivered
    token.showKey(this.#keyOf(step), this.#stage.layout.down)
    if (isLoss(movement.type, way)) token.showFate(fateOf(movement))
    this.#flights.add({ token, step, origin })
  }

  /** The message that has come to the exchange is the first that leaves it; the others are copies. */
  #passingOn({ movement }: Step): Token | undefined {
    if (!('message' in movement) || !this.#leavesExchange(movement)) return undefined
    const token = this.#passing.get(movement.message)
    this.#passing.delete(movement.message)
    return token
  }

  /** A queue that refuses a message can dead-letter it, though it has never been there. */
  #leavesExchange(movement: Step['movement']): boolean {
    if (movement.type === 'dead-lettered')
      return this.#find(movement.queue, movement.message) === undefined
    return movement.type === 'routed' || movement.type === 'unroutable'
  }

  /** Where messages leave that have no place of their own. */
  #moreAt(id: string): Point | undefined {
    const [node, slots] = [this.#stage.node(id), this.#slots.get(id)]
    if (node === undefined || slots === undefined) return undefined
    return { x: node.x + slots.moreAt.x, y: node.y + slots.moreAt.y }
  }

  /** A message arrives. Call it after the state has changed. */
  arrive(step: Step): void {
    const flight = [...this.#flights].find((each) => each.step === step)
    if (flight === undefined) return
    this.#flights.delete(flight)
    const { token } = flight
    token.hideKey()
    if (step.way?.to.startsWith('x:') === true) {
      this.#passing.get(token.message)?.fade()
      this.#passing.set(token.message, token)
      token.node = step.way.to
      return
    }
    const places = step.movement.type === 'delivered' ? this.#held : this.#queued
    const copy = this.#copyOf(step)
    if (copy === undefined || places.has(copy)) token.fade()
    else places.set(copy, token)
  }

  /** Forgets what moves: it is shown where it arrives. */
  clearFlights(): void {
    for (const { token } of this.#flights) token.fade()
    for (const token of this.#passing.values()) token.fade()
    this.#flights.clear()
    this.#passing.clear()
  }

  /** Gives every message in a queue or a program its place. */
  sync(): void {
    const width = tokenWidth(this.#highestId)
    const shown = new Set<Copy>()
    const shownHeld = new Set<Copy>()
    this.#slots = new Map()
    for (const queue of this.#state.queues) {
      const node = `q:${queue.queue.name}`
      const placed = this.#stage.layout.nodes.get(node)
      if (placed === undefined) continue
      const slots = queueSlots(queue, placed, width)
      this.#slots.set(node, slots)
      this.#put({ node, slots, tokens: this.#queued, shown })
    }
    for (const { id } of this.#state.topology.programs) {
      const placed = this.#stage.layout.nodes.get(`p:${id}`)
      if (placed?.node.kind !== 'program' || !placed.node.consumes) continue
      const held = this.#state.heldBy(id).map(({ copy }) => copy)
      const slots = traySlots(held, placed, width)
      this.#slots.set(`p:${id}`, slots)
      this.#put({ node: `p:${id}`, slots, tokens: this.#held, shown: shownHeld })
    }
    this.#removeOthers(this.#queued, shown)
    this.#removeOthers(this.#held, shownHeld)
  }

  /** Moves everything on. Nothing moves by itself when `still`. */
  advance(milliseconds: number, now: number, still: boolean): void {
    for (const token of this.#resting()) {
      const node = this.#stage.node(token.node)
      if (node !== undefined) token.rest(node, still ? Infinity : milliseconds)
    }
    for (const token of this.#passing.values()) {
      const node = this.#stage.node(token.node)
      if (node !== undefined) token.move(node)
    }
    for (const { token, step, origin } of this.#flights) {
      const part = (now - step.start) / (step.end - step.start)
      const from = origin ?? this.#stage.node(placeOf(step.movement)) ?? token.position
      if (step.way === undefined) token.sink(from, still ? 0 : part, part)
      else token.move(pointAlong(this.#pathOf(step, origin), ease(Math.min(1, part))))
    }
  }

  #put({ node, slots, tokens, shown }: Places): void {
    for (const [copy, place] of slots.places) {
      const at = this.#stage.node(node)
      if (at === undefined) continue
      const token =
        tokens.get(copy) ?? this.#create(copy.message, { x: at.x + place.x, y: at.y + place.y })
      tokens.set(copy, token)
      shown.add(copy)
      token.node = node
      token.place = place
      token.isGhost = tokens === this.#queued && copy.state === 'unacked'
      token.isRedelivered = copy.redelivered
      token.isHeld = tokens === this.#held
      token.isDead = false
    }
  }

  #removeOthers(tokens: Map<Copy, Token>, shown: ReadonlySet<Copy>): void {
    for (const [copy, token] of tokens)
      if (!shown.has(copy)) {
        token.fade()
        tokens.delete(copy)
      }
  }

  #create(message: number, at: Point | undefined): Token {
    const known = this.#state.message(message)
    const token = new Token({
      message,
      text: String(known?.offset ?? message),
      label: messageLabel(message, known),
      width: tokenWidth(message),
      height: tokenHeight,
    })
    token.isSelected = message === this.#selected
    token.move(at ?? { x: 0, y: 0 })
    this.element.append(token.element)
    return token
  }

  /** From the place that it leaves, over edges, to the place where it will be. */
  #pathOf({ movement, way }: Step, origin: Point | undefined): readonly Point[] {
    if (way === undefined) return []
    const route = this.#stage.route(way)
    const node = this.#stage.node(way.to)
    const entry = this.#slots.get(way.to)?.entry
    if (way.to.startsWith('x:') || node === undefined || entry === undefined)
      return [origin ?? [], route].flat()
    const own = this.#ownPlace(movement) ?? entry
    return [origin ?? [], route, { x: node.x + own.x, y: node.y + own.y }].flat()
  }

  /** What is acknowledged or requeued is still in the queue, so it returns to its own place. */
  #ownPlace(movement: Step['movement']): Point | undefined {
    if (movement.type !== 'acked' && movement.type !== 'requeued') return undefined
    const copy = this.#find(movement.queue, movement.message)
    return copy && this.#queued.get(copy)?.place
  }

  #tokenOf({ movement }: Step): Token | undefined {
    if (!('queue' in movement) || movement.type === 'purged' || movement.type === 'routed')
      return undefined
    const copy = this.#find(movement.queue, movement.message)
    if (copy === undefined) return undefined
    const isAtProgram = movement.type === 'acked' || movement.type === 'requeued'
    return isAtProgram ? this.#held.get(copy) : this.#queued.get(copy)
  }

  #heldOf({ movement }: Step): Token | undefined {
    if (!('queue' in movement) || movement.type === 'purged') return undefined
    const copy = this.#find(movement.queue, movement.message)
    if (copy === undefined || movement.type === 'delivered') return undefined
    const token = this.#held.get(copy)
    this.#held.delete(copy)
    return token
  }

  /** What became of a message that has arrived. */
  #copyOf({ movement }: Step): Copy | undefined {
    if (movement.type !== 'routed' && movement.type !== 'delivered') return undefined
    const copies = this.#state.queue(movement.queue)?.copies ?? []
    return copies.findLast(
      ({ message, arrived }) =>
        message === movement.message && arrived === (movement.type === 'delivered'),
    )
  }

  #find(queue: string, message: number): Copy | undefined {
    const copies = this.#state.queue(queue)?.copies.filter((copy) => copy.message === message)
    return copies?.find(({ state }) => state === 'unacked') ?? copies?.[0]
  }

  /** The key by which the exchange will route the message, above it on the way there. */
  #keyOf({ movement }: Step): string {
    if (movement.type !== 'published' || movement.exchange === '') return ''
    if (this.#flights.size > mostWithKeys) return ''
    return this.#state.message(movement.message)?.routingKey ?? ''
  }

  #resting(): readonly Token[] {
    return [...this.#queued.values(), ...this.#held.values()]
  }

  #all(): readonly Token[] {
    return [...this.#resting(), ...Array.from(this.#flights, ({ token }) => token)]
  }
}

interface Places {
  readonly node: string
  readonly slots: Slots
  readonly tokens: Map<Copy, Token>
  readonly shown: Set<Copy>
}
