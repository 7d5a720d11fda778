import { drawPicture, type Picture, type Topology, type Update } from '../picture/picture.ts'
import { button, element } from '../stage/dom.ts'
import { TimeControls } from '../stage/time-controls.ts'
import { Touched } from '../stage/touched.ts'
import { brokerIsDown, notShown } from '../stage/words.ts'
import { Address } from './address.ts'
import { Bench } from './bench/bench.ts'
import { examples } from './examples.ts'
import { FilePanel } from './panels/file-panel.ts'
import { MessagePanel } from './panels/message-panel.ts'
import { ProgramPanel } from './panels/program-panel.ts'
import { TopologyPanel } from './panels/topology-panel.ts'
import { vhostsOf, type WorkbenchState } from './state/state.ts'

export interface WorkbenchViewOptions {
  /** The address of the folder that the build of the playground has written, with a slash at the end. */
  readonly files: string
}

/** How long everything takes on its way if the network is slow, in milliseconds. */
const slowNetwork = 400

/** With more queues and exchanges than this, unused ones are not shown. */
const mostShown = 60

/** A page in which everything can be built: a broker, what is on it, and programs. */
export class WorkbenchView implements Disposable {
  readonly element = element('div', { class: 'mp-stage mp-workbench' })
  readonly #bench: Bench
  readonly #address: Address
  readonly #picture: Picture
  readonly #frame = element('div', { class: 'mp-frame' })
  readonly #examples = element('div', { class: 'mp-examples' })
  readonly #topology: TopologyPanel
  readonly #messages: MessagePanel
  readonly #programs: ProgramPanel
  readonly #files: FilePanel
  readonly #said = element('p', { class: 'mp-said', role: 'status' })
  readonly #undo = button('Undo', () => void this.#try(this.#bench.undo()))
  readonly #redo = button('Redo', () => void this.#try(this.#bench.redo()))
  readonly #broker = button('Kill the broker', () => this.#toggleBroker())
  readonly #network = button('Slow network', () => this.#toggleNetwork(), {
    'aria-pressed': 'false',
  })
  readonly #vhosts = element('select', { 'aria-label': 'Virtual host', hidden: '' })
  #touched = new Touched(mostShown)

  constructor({ files }: WorkbenchViewOptions) {
    this.#bench = new Bench({
      files,
      onState: (state) => this.#show(state),
      onUpdate: (update) => this.#update(update),
      onLine: (line) => this.#programs.print(line),
      onProgram: (program) => this.#programs.changed(program),
      onBroker: (isRunning) => this.#showBroker(isRunning),
    })
    const onProblem = (problem: unknown): void => this.#sayProblem(problem)
    this.#topology = new TopologyPanel(this.#bench, onProblem)
    this.#messages = new MessagePanel(this.#bench)
    this.#programs = new ProgramPanel(this.#bench, onProblem)
    this.#files = new FilePanel(this.#bench)
    this.#address = new Address((state) => this.#try(this.#bench.load(state)), onProblem)
    const picture = element('div')
    this.#frame.append(this.#examples, picture)
    this.#offerExamples()
    this.element.append(this.#bar(), this.#said, this.#files.element, this.#frame)
    this.element.append(this.#programs.element, this.#messages.element, this.#topology.element)
    this.#picture = drawPicture(picture, { label: 'The broker on the workbench' })
    this.#listen()
    this.#show(this.#bench.state)
  }

  /** Starts the broker, with what the address says. */
  async begin(): Promise<void> {
    this.#bench.lab.startBroker()
    const names = this.#bench.lab.programNames().then((all) => this.#programs.offer(all))
    // What the address carries is shown also if the programs are late, or cannot be listed.
    const [offered] = await Promise.allSettled([names, this.#address.read()])
    if (offered.status === 'rejected') this.#sayProblem(offered.reason)
  }

  [Symbol.dispose](): void {
    this.#address[Symbol.dispose]()
    this.#bench[Symbol.dispose]()
    this.#picture[Symbol.dispose]()
    this.element.remove()
  }

  #bar(): HTMLElement {
    const time = new TimeControls({
      onRate: (rate) => this.#setRate(rate),
      onStep: () => {
        this.#picture.setRate(1)
        void this.#bench.lab.step()
      },
    })
    this.#vhosts.addEventListener('change', () => {
      const { value: vhost } = this.#vhosts
      void this.#try(this.#bench.change((state) => ({ ...state, vhost })))
    })
    const state = element(
      'div',
      { class: 'mp-views', role: 'group', 'aria-label': 'What you have built' },
      this.#undo,
      this.#redo,
      button('Copy link', () => void this.#try(this.#copyLink())),
      button('Import', () => this.#files.openImport()),
      button('Export', () => void this.#try(this.#files.openExport())),
      button('Clear', () => void this.#try(this.#bench.clear())),
      this.#vhosts,
    )
    const world = element('div', { class: 'mp-world' }, this.#network, this.#broker)
    return element('div', { class: 'mp-bar' }, state, time.element, world)
  }

  #offerExamples(): void {
    const choices = examples.map(({ title, state }) =>
      button(title, () => void this.#try(this.#bench.change(() => state))),
    )
    const text =
      'The broker is empty. Add something below, import definitions, or begin with an example:'
    this.#examples.append(
      element('p', {}, text),
      element('div', { class: 'mp-buttons' }, ...choices),
    )
  }

  #listen(): void {
    this.element.addEventListener('keydown', (event) => {
      const isText = event.target instanceof Element && event.target.matches('input, textarea')
      if (isText || event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      void this.#try(event.shiftKey ? this.#bench.redo() : this.#bench.undo())
    })
    this.element.addEventListener('dragover', (event) => event.preventDefault())
    this.element.addEventListener('drop', (event) => {
      const [file] = event.dataTransfer?.files ?? []
      if (file === undefined) return
      event.preventDefault()
      void file.text().then((text) => this.#files.import(text))
    })
  }

  #show(state: WorkbenchState): void {
    this.#undo.disabled = !this.#bench.canUndo
    this.#redo.disabled = !this.#bench.canRedo
    this.#say('')
    this.#showVhosts(state)
    this.#topology.show(state)
    this.#programs.show(state)
    void this.#try(this.#files.refresh())
    this.#address.write(state)
    this.#showExamples()
  }

  #showVhosts({ definitions, vhost }: WorkbenchState): void {
    const names = vhostsOf(definitions)
    this.#vhosts.hidden = names.length < 2
    const options = names.map((name) => element('option', { value: name }, `virtual host ${name}`))
    this.#vhosts.replaceChildren(...options)
    this.#vhosts.value = vhost
  }

  #update(update: Update): void {
    this.#picture.update(this.#touched.filter(update))
    this.#picture.setNotice(notShown(this.#touched.left))
    if (update.topology === undefined) return
    this.#topology.show(this.#bench.state, update.topology)
    this.#messages.show(update.topology)
    this.#programs.offerPlaces(update.topology)
    this.#showExamples(update.topology)
  }

  #showExamples(topology?: Topology): void {
    const { definitions, programs } = this.#bench.state
    const isEmpty = programs.length === 0 && Object.keys(definitions).length === 0
    this.#examples.hidden = !isEmpty || (topology?.queues.length ?? 0) > 0
  }

  #showBroker(isRunning: boolean): void {
    this.#broker.textContent = isRunning ? 'Kill the broker' : 'Start the broker'
    this.#picture.clear(isRunning ? undefined : brokerIsDown)
    if (!isRunning) this.#touched = new Touched(mostShown)
  }

  #setRate(rate: number): void {
    this.#bench.lab.rate = rate
    this.#picture.setRate(rate)
  }

  #toggleBroker(): void {
    const { lab } = this.#bench
    if (lab.brokerIsRunning) lab.killBroker()
    else void this.#try(this.#bench.startBroker())
  }

  #toggleNetwork(): void {
    const { lab } = this.#bench
    lab.latency = lab.latency === 0 ? slowNetwork : 0
    this.#network.setAttribute('aria-pressed', String(lab.latency > 0))
  }

  async #copyLink(): Promise<void> {
    const link = await this.#address.link(this.#bench.state)
    await navigator.clipboard.writeText(link)
    this.#say(`Link copied. It carries everything that you have built: ${link.length} characters.`)
  }

  async #try(done: Promise<unknown>): Promise<void> {
    await done.catch((problem: unknown) => this.#sayProblem(problem))
  }

  #sayProblem(problem: unknown): void {
    this.#say(problem instanceof Error ? problem.message : String(problem), true)
  }

  #say(text: string, isProblem = false): void {
    this.#said.textContent = text
    this.#said.classList.toggle('mp-problem', isProblem)
  }
}
