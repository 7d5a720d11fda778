import { legend } from './drawing/legend.ts'
import { Panel, type Selection } from './drawing/panel.ts'
import { Scene } from './drawing/scene.ts'
import { html, setText } from './drawing/svg.ts'
import { Narrator } from './drawing/narrator.ts'
import { Traffic } from './layout/traffic.ts'
import { Player } from './motion/player.ts'
import { deadLetterExchangeOf } from './motion/ways.ts'
import { humanPace, stillPace, type Step } from './motion/schedule.ts'
import { BrokerState, mergeTopology, type Adjustment } from './state/broker-state.ts'
import { History } from './state/history.ts'
import type { Topology, Update } from './state/update.ts'
import { lossWords } from './state/words.ts'

export interface PictureOptions {
  /** What the picture shows, for screen readers. */
  readonly label?: string
  /** Called when something is selected, and when the panel is closed. */
  readonly onSelect?: (selection: Selection | undefined) => void
}

/** What is shown instead of a picture. */
const nothingConnected = 'Nothing is connected to the broker yet.'

const pulsesNotice =
  'Too many messages to show one by one: each pulse stands for as many as it says.'

/** A frame that took longer than this was not one: the page was hidden, or did something else. */
const longestFrame = 100

/** Plays updates into a scene, frame by frame. */
export class BrokerPicture {
  readonly #root = html('div', { class: 'mp-picture' })
  readonly #notice = html('p', { class: 'mp-notice' })
  /** What is shown. */
  readonly #state = new BrokerState()
  /** What is known: the picture shows it later. */
  readonly #latest = new BrokerState()
  readonly #history = new History()
  readonly #traffic = new Traffic()
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)').matches
  readonly #scene: Scene
  readonly #player: Player
  readonly #panel: Panel
  readonly #narrator: Narrator
  readonly #options: PictureOptions
  readonly #resizes: ResizeObserver
  #selection: Selection | undefined
  #rate = 1
  #request: number | undefined
  #lastFrame: number | undefined
  /** The page's time up to which the player has played. */
  #playedUntil = performance.now()
  #hasChanged = true
  #ownNotice = ''
  /** Keeps "2 s ago" true while the panel is open. */
  #ticks: ReturnType<typeof setInterval> | undefined
  /** The broker's time in the last update, and the page's. */
  #clock = { broker: 0, page: 0 }

  constructor(parent: HTMLElement, options: PictureOptions, says = nothingConnected) {
    this.#options = options
    this.#scene = new Scene({
      state: this.#state,
      traffic: this.#traffic,
      still: this.#still,
      label: options.label ?? 'The broker',
      empty: says,
      onSelect: (selection) => this.select(selection),
    })
    this.#panel = new Panel({
      state: this.#state,
      history: this.#history,
      now: () => this.#clock.broker + (performance.now() - this.#clock.page) * this.#rate,
      onClose: () => this.#close(),
    })
    this.#narrator = new Narrator(this.#state)
    this.#player = this.#createPlayer()
    const { element: scene } = this.#scene
    const { element: narrator } = this.#narrator
    this.#root.append(scene, this.#notice, legend(), this.#panel.element, narrator)
    parent.append(this.#root)
    this.#resizes = new ResizeObserver(() => this.#resize())
    this.#resizes.observe(this.#root)
    this.#resize()
  }

  update(update: Update): void {
    this.#play()
    this.#clock = { broker: update.time, page: performance.now() }
    this.#state.learn(update.messages)
    this.#traffic.noteConsumers(update.topology?.consumers ?? [])
    // What is new must be there before messages move to it. What is gone stays until they have left.
    if (update.topology !== undefined) this.#state.extendTopology(update.topology)
    for (const { movement, way } of this.#player.add(update)) this.#traffic.note(movement, way)
    const adjustments = this.#latest.apply(update)
    const { topology } = update
    if (topology !== undefined) this.#player.defer(() => this.#replace(topology, adjustments))
    this.#hasChanged = true
    this.#wake()
  }

  setRate(rate: number): void {
    this.#play()
    this.#rate = rate
    this.#root.classList.toggle('mp-standing', rate === 0)
    this.#wake()
  }

  setNotice(text: string): void {
    this.#ownNotice = text
    this.#showNotice()
  }

  select(selection: Selection | undefined): void {
    this.#selection = selection
    this.#scene.select(selection)
    this.#panel.show(selection)
    clearInterval(this.#ticks)
    if (selection !== undefined) this.#ticks = setInterval(() => this.#panel.show(selection), 1000)
    this.#options.onSelect?.(selection)
  }

  dispose(): void {
    if (this.#request !== undefined) cancelAnimationFrame(this.#request)
    clearInterval(this.#ticks)
    this.#resizes.disconnect()
    this.#narrator.dispose()
    this.#root.remove()
  }

  #createPlayer(): Player {
    return new Player({
      pace: this.#still ? stillPace : humanPace,
      deadLetterExchange: (queue) => deadLetterExchangeOf(this.#state.topology, queue),
      onBegin: (step) => this.#begin(step),
      onEnd: (step) => this.#end(step),
      onPulse: (pulse) => this.#scene.edges.addPulse(pulse),
    })
  }

  #begin(step: Step): void {
    this.#scene.tokens.depart(step)
    this.#state.begin(step.movement)
    this.#hasChanged = true
  }

  #end(step: Step): void {
    this.#state.end(step.movement)
    this.#history.add(step.movement, step.time, (id) => this.#state.program(id)?.name ?? id)
    this.#narrator.report(lossWords(step.movement, step.way !== undefined))
    this.#scene.tokens.arrive(step)
    this.#hasChanged = true
  }

  #replace(topology: Topology, adjustments: readonly Adjustment[]): void {
    // Something may have been added since then.
    this.#state.pruneTopology(mergeTopology(topology, this.#latest.topology))
    for (const adjustment of adjustments) this.#state.adjust(adjustment)
    this.#hasChanged = true
  }

  #resize(): void {
    if (this.#scene.setWidth(this.#root.clientWidth)) this.#hasChanged = true
    this.#wake()
  }

  #close(): void {
    this.select(undefined)
    this.#scene.focus()
  }

  #wake(): void {
    this.#request ??= requestAnimationFrame((time) => this.#frame(time))
  }

  /** Moves the picture's time on. It keeps the broker's time, also while the page is hidden. */
  #play(): void {
    const now = performance.now()
    this.#player.advance((now - this.#playedUntil) * this.#rate)
    this.#playedUntil = now
  }

  #frame(time: number): void {
    this.#request = undefined
    const elapsed = Math.min(longestFrame, time - (this.#lastFrame ?? time))
    this.#play()
    if (this.#player.isAggregated) this.#scene.tokens.clearFlights()
    if (this.#hasChanged) {
      this.#hasChanged = false
      this.#scene.sync()
      this.#panel.show(this.#selection)
      this.#narrator.changed()
    }
    this.#showNotice()
    this.#scene.advance(elapsed, this.#player.now)
    const isBusy = this.#scene.isMoving || (!this.#player.isIdle && this.#rate > 0)
    this.#lastFrame = isBusy ? time : undefined
    if (isBusy) this.#wake()
  }

  #showNotice(): void {
    setText(this.#notice, this.#player.isAggregated ? pulsesNotice : this.#ownNotice)
  }
}
