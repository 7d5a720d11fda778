import type { Lab, RunningProgram, TerminalLine } from '../engine/index.ts'
import { drawPicture, type Picture, type Update } from '../picture/picture.ts'
import type { Scene } from '../scenes/stage/scene.ts'
import { openStage, type Stage } from '../scenes/stage/stage.ts'
import type { CodeView } from './code-view.ts'
import { button, element } from './dom.ts'
import { TerminalView } from './terminal-view.ts'
import { TimeControls } from './time-controls.ts'
import { Touched } from './touched.ts'
import { brokerIsDown, notShown } from './words.ts'

export interface StageViewOptions {
  readonly scene: Scene
  /** The address of the folder that the build of the playground has written, with a slash at the end. */
  readonly files: string
  /** What is shown until the scene begins. */
  readonly still?: HTMLElement
}

/** How long everything takes on its way if the network is slow, in milliseconds. */
const slowNetwork = 400

/** Time to follow a message with the eyes, in milliseconds. */
const betweenPresses = 4000

/**
 * A scene in the page: its picture, its buttons, the terminals and the code of its programs. Nothing runs
 * before a button is pressed.
 */
export class StageView implements Disposable {
  readonly element = element('div', { class: 'mp-stage mp-waiting' })
  readonly #options: StageViewOptions
  readonly #frame = element('div', { class: 'mp-frame', hidden: '' })
  readonly #panels = element('div', { class: 'mp-panels' })
  readonly #presses = new Map<string, HTMLButtonElement>()
  readonly #terminals = new Map<string, TerminalView>()
  readonly #time: TimeControls
  readonly #codePlace = element('div', { hidden: '' })
  #code: Promise<CodeView> | undefined
  #edits: CodeView['editsOf'] = () => undefined
  readonly #broker = button('Kill the broker', () => this.#toggleBroker())
  readonly #network = button('Slow network', () => this.#toggleNetwork(), {
    'aria-pressed': 'false',
  })
  #touched = new Touched()
  #stage: Stage | undefined
  #picture: Picture | undefined
  #begun: Promise<void> | undefined

  constructor(options: StageViewOptions) {
    this.#options = options
    const { scene } = options
    for (const { id, name } of scene.programs)
      this.#terminals.set(id, new TerminalView({ name, onRun: () => void this.#run(id) }))
    this.#time = new TimeControls({
      onRate: (rate) => this.#setRate(rate),
      onStep: () => {
        this.#picture?.setRate(1)
        void this.#stage?.lab.step()
      },
    })
    this.element.append(this.#frame, this.#caption(), this.#buttons(), this.#panels)
    this.#fillPanels()
  }

  /** Loads what the first press of a button will need, so that a message moves at once. */
  prepare(): void {
    this.#open().prepare()
  }

  /** Starts the programs that run from the start. */
  begin(): Promise<void> {
    this.element.classList.remove('mp-waiting')
    this.#begun ??= this.#open().begin()
    return this.#begun
  }

  /** Presses the buttons one after the other, as its script does, until the reader does something. */
  async demonstrate(): Promise<void> {
    let isReaderHere = false
    for (const event of ['pointerdown', 'keydown'])
      this.element.addEventListener(event, () => (isReaderHere = true), { once: true })
    await this.begin()
    for (const step of this.#options.scene.script) {
      if (!('press' in step)) continue
      if (isReaderHere || !this.element.isConnected) return
      await this.press(step.press)
      await new Promise((resolve) => setTimeout(resolve, betweenPresses))
    }
  }

  /** Does what a button of the scene does, and starts the scene before it if it has not begun. */
  async press(id: string): Promise<void> {
    const stage = this.#open()
    await this.begin()
    if (stage !== this.#stage) return
    await stage.press(id)
    if (stage !== this.#stage) return
    for (const next of this.#options.scene.buttons)
      if (next.after === id) this.#presses.get(next.id)?.removeAttribute('disabled')
  }

  [Symbol.dispose](): void {
    this.#stage?.close()
    this.#picture?.[Symbol.dispose]()
    this.element.remove()
  }

  #caption(): HTMLElement {
    const invitation = 'Press a button to play this picture. '
    const { caption } = this.#options.scene
    // Between backticks is code, as in Markdown.
    const parts = caption
      .split('`')
      .map((part, i) => (i % 2 === 1 ? element('code', {}, part) : part))
    return element('p', { class: 'mp-caption' }, element('b', {}, invitation), ...parts)
  }

  #buttons(): HTMLElement {
    const { buttons } = this.#options.scene
    const row = element('div', { class: 'mp-buttons' })
    for (const [i, { id, label }] of buttons.entries()) {
      const kind = i === 0 ? { class: 'mp-primary' } : {}
      const press = button(label, () => void this.press(id), kind)
      this.#presses.set(id, press)
      row.append(press)
    }
    this.#disableLater()
    return row
  }

  /** A button that comes after another one waits for it. */
  #disableLater(): void {
    for (const { id, after } of this.#options.scene.buttons)
      this.#presses.get(id)?.toggleAttribute('disabled', after !== undefined)
  }

  #fillPanels(): void {
    const screens = element('div', { class: 'mp-terminals' })
    for (const terminal of this.#terminals.values()) screens.append(terminal.element)
    const tab = (text: string, isCode: boolean): HTMLButtonElement =>
      button(
        text,
        () => {
          screens.hidden = isCode
          this.#codePlace.hidden = !isCode
          tabs.forEach((each, i) => each.setAttribute('aria-pressed', String(isCode === (i === 1))))
          if (isCode) void this.#showCode()
        },
        { 'aria-pressed': String(!isCode) },
      )
    const tabs = [tab('Terminals', false), tab('Code', true)]
    const again = button('Start over', () => this.#startOver())
    const views = element('div', { class: 'mp-views' }, ...tabs)
    const world = element('div', { class: 'mp-world' }, this.#network, this.#broker, again)
    const bar = element('div', { class: 'mp-bar' }, views, this.#time.element, world)
    this.#panels.append(bar, screens, this.#codePlace)
  }

  /** Most readers never edit, so the editor is loaded only here. */
  async #showCode(): Promise<void> {
    this.#code ??= import('./code-view.ts').then(({ CodeView: View }) => {
      const code = new View({
        programs: this.#options.scene.programs,
        read: (file) => this.#open().lab.source(file),
        onRun: (id) => void this.#run(id),
      })
      this.#edits = (id) => code.editsOf(id)
      this.#codePlace.append(code.element)
      return code
    })
    // If it could not be loaded, it may be there the next time.
    this.#code.catch(() => (this.#code = undefined))
    await (await this.#code).show()
  }

  /** Opens the lab, and draws the picture, which replaces the still one when the scene has begun. */
  #open(): Stage {
    if (this.#stage !== undefined) return this.#stage
    const { scene, files } = this.#options
    this.#picture ??= drawPicture(this.#frame, { label: scene.title })
    this.#stage = openStage(scene, {
      files,
      edits: (id) => this.#edits(id),
      onUpdate: (update) => this.#update(update),
      onLine: (line) => this.#print(line),
      onProgram: (program) => this.#show(program),
      onBroker: (isRunning) => this.#showBroker(isRunning),
    })
    return this.#stage
  }

  #update(update: Update): void {
    this.#picture?.update(this.#touched.filter(update))
    this.#picture?.setNotice(notShown(this.#touched.left))
    const isEarly = this.#begun === undefined || update.topology === undefined
    if (!this.#frame.hidden || isEarly) return
    const { still } = this.#options
    if (still !== undefined) still.hidden = true
    this.#frame.hidden = false
  }

  #show(program: RunningProgram): void {
    this.#terminals.get(program.spec.id)?.show(program)
  }

  #print(line: TerminalLine): void {
    this.#terminals.get(line.program)?.print(line)
    const { problem } = line
    if (problem !== undefined)
      void this.#code?.then((code) => code.mark(line.program, problem, line.text))
  }

  #showBroker(isRunning: boolean): void {
    this.#broker.textContent = isRunning ? 'Kill the broker' : 'Start the broker'
    this.#picture?.clear(isRunning ? undefined : brokerIsDown)
    if (!isRunning) this.#touched = new Touched()
  }

  async #run(id: string): Promise<void> {
    const stage = this.#open()
    await this.begin()
    stage.restart(id)
  }

  #setRate(rate: number): void {
    this.#open().lab.rate = rate
    this.#picture?.setRate(rate)
  }

  #toggleBroker(): void {
    const lab = this.#lab
    if (lab?.brokerIsRunning === true) lab.killBroker()
    else lab?.startBroker()
  }

  #toggleNetwork(): void {
    const lab = this.#lab
    if (lab === undefined) return
    lab.latency = lab.latency === 0 ? slowNetwork : 0
    this.#network.setAttribute('aria-pressed', String(lab.latency > 0))
  }

  get #lab(): Lab | undefined {
    return this.#stage?.lab
  }

  #startOver(): void {
    this.#stage?.close()
    this.#stage = undefined
    this.#begun = undefined
    this.#touched = new Touched()
    this.#picture?.clear()
    for (const terminal of this.#terminals.values()) terminal.clear()
    this.#disableLater()
    this.#time.show(1)
    this.#network.setAttribute('aria-pressed', 'false')
    this.#picture?.setRate(1)
    this.prepare()
    void this.begin()
  }
}
