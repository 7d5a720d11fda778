import { Program, waitFor } from '@messaging-patterns/testkit'

import { BrokerPorts } from './broker-ports.ts'
import type { Theater } from '../../src/scenes/stage/play.ts'
import type { SceneProgram } from '../../src/scenes/stage/scene.ts'
import type { SceneBroker } from './scene-broker.ts'

/** Plays a scene with the lessons' programs as processes. */
export class Processes implements Theater, AsyncDisposable {
  readonly #broker: SceneBroker
  /** All runs of each program. */
  readonly #runs = new Map<string, Program[]>()
  readonly #ports = new BrokerPorts()

  constructor(broker: SceneBroker) {
    this.#broker = broker
  }

  async run({ id, program, argv, ready }: SceneProgram): Promise<void> {
    const last = this.#runs.get(id)?.at(-1)
    if (last !== undefined && !last.ended) {
      if (ready !== undefined) return
      await last.ends()
    }
    const url = await this.#broker.urlFor(id)
    const words = await Promise.all(argv.map((word) => this.#ports.replaceIn(word, url)))
    const file = `packages/${program.replace('/', '/src/')}.ts`
    const process = new Program(file, words, { AMQP_URL: url })
    this.#runs.set(id, [...(this.#runs.get(id) ?? []), process])
    if (ready !== undefined)
      await waitFor(ready, () => process.ended || outputOf(process).includes(ready))
  }

  async stop(id: string, how: 'interrupt' | 'kill'): Promise<void> {
    const last = this.#runs.get(id)?.at(-1)
    last?.signal(how === 'kill' ? 'SIGKILL' : 'SIGINT')
    await last?.ends()
  }

  pause(id: string): void {
    this.#runs.get(id)?.at(-1)?.signal('SIGSTOP')
  }

  resume(id: string): void {
    this.#runs.get(id)?.at(-1)?.signal('SIGCONT')
  }

  loseConfirms(port: number): Promise<void> {
    return this.#ports.loseConfirms(port)
  }

  closePort(port: number): Promise<void> {
    return this.#ports.close(port)
  }

  async printed(id: string, text: string, times: number): Promise<void> {
    await waitFor(`${id} to print "${text}" ${times} times`, () => {
      const lines = (this.#runs.get(id) ?? []).flatMap((run) => outputOf(run).split('\n'))
      return lines.filter((line) => line.includes(text)).length >= times
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const run of Array.from(this.#runs.values()).flat()) await run[Symbol.asyncDispose]()
    await this.#ports[Symbol.asyncDispose]()
  }
}

function outputOf({ stdout, stderr }: Program): string {
  return `${stdout}${stderr}`
}
