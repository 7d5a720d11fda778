import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { freePort } from './rabbitmq-server.ts'
import { waitFor } from './wait-for.ts'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))

/** The nodes of docker-compose.cluster.yml; the fourth is there when it was added. */
export type Node = 'rabbit1' | 'rabbit2' | 'rabbit3' | 'rabbit4'

const nodes: readonly Node[] = ['rabbit1', 'rabbit2', 'rabbit3', 'rabbit4']

/** The cluster of docker-compose.cluster.yml, on ports of its own, for a test to pull plugs from. */
export class RabbitMqCluster implements AsyncDisposable {
  readonly #project = `messaging-patterns-cluster-test-${process.pid}`
  readonly #ports: readonly number[]

  private constructor(ports: readonly number[]) {
    this.#ports = ports
  }

  static async start(): Promise<RabbitMqCluster> {
    const cluster = new RabbitMqCluster(await Promise.all(Array.from({ length: 8 }, freePort)))
    await cluster.#compose('up', '--detach', '--wait')
    return cluster
  }

  async #compose(...args: readonly string[]): Promise<string> {
    const ports = nodes.flatMap((_, i) => [
      [`AMQP_PORT_${i + 1}`, String(this.#ports[i])],
      [`MANAGEMENT_PORT_${i + 1}`, String(this.#ports[i + 4])],
    ])
    const file = ['--file', 'docker-compose.cluster.yml', '--project-name', this.#project]
    const { stdout } = await execute('docker', ['compose', ...file, ...args], {
      cwd: root,
      env: { ...process.env, ...(Object.fromEntries(ports) as Record<string, string>) },
    })
    return stdout
  }

  /** The URL of a node. */
  url(node: Node): string {
    return `amqp://guest:guest@127.0.0.1:${this.#ports[nodes.indexOf(node)]}`
  }

  /** The URLs of the first three nodes, that of `first` in front. */
  urls(first: Node = 'rabbit1'): string {
    const others = nodes.slice(0, 3).filter((node) => node !== first)
    return [first, ...others].map((node) => this.url(node)).join(',')
  }

  #container(node: Node): string {
    return `${this.#project}-${node}-1`
  }

  async #docker(...args: readonly string[]): Promise<void> {
    await execute('docker', args)
  }

  /** Runs a command on a node, `rabbitmqctl` or another of its tools. */
  async run(node: Node, ...command: readonly string[]): Promise<string> {
    return this.#compose('exec', '-T', node, ...command)
  }

  /** Ends a node as a power cut does. */
  async kill(node: Node): Promise<void> {
    await this.#docker('kill', this.#container(node))
  }

  async start(node: Node): Promise<void> {
    await this.#docker('start', this.#container(node))
  }

  /** Stops a node where it is; its sockets stay open. */
  async pause(node: Node): Promise<void> {
    await this.#docker('pause', this.#container(node))
  }

  async unpause(node: Node): Promise<void> {
    await this.#docker('unpause', this.#container(node))
  }

  /** Pulls the network cable: the node runs, and reaches neither nodes nor clients. */
  async disconnect(node: Node): Promise<void> {
    await this.#docker('network', 'disconnect', `${this.#project}_default`, this.#container(node))
  }

  async connect(node: Node): Promise<void> {
    const network = `${this.#project}_default`
    await this.#docker('network', 'connect', '--alias', node, network, this.#container(node))
  }

  /**
   * Cuts a node off from its fellows, and from nobody else: what they send to each other is read no
   * more, and when they have missed each other no new connection between them comes about.
   */
  async isolate(node: Node): Promise<void> {
    await this.#betweenNodes(node, (peer) => [
      `erlang:set_cookie(${peer}, node())`,
      `[inet:setopts(P, [{active, false}]) || {${peer}, P} <- erlang:system_info(dist_ctrl)]`,
    ])
  }

  /** Ends what `isolate` began. */
  async reunite(node: Node): Promise<void> {
    await this.#betweenNodes(node, (peer) => [`erlang:set_cookie(${peer}, erlang:get_cookie())`])
  }

  /** Has a node deal with each of the others, and each of the others with it, all at once. */
  async #betweenNodes(node: Node, deal: (peer: string) => readonly string[]): Promise<void> {
    const others = nodes.slice(0, 3).filter((each) => each !== node)
    const order = (by: Node, peers: readonly Node[]): Promise<string> => {
      const steps = peers.flatMap((peer) => deal(`'rabbit@${peer}'`))
      return this.run(by, 'rabbitmqctl', 'eval', `${steps.join(', ')}.`)
    }
    await Promise.all([order(node, others), ...others.map((other) => order(other, [node]))])
  }

  /** Starts the fourth node, which joins the others. */
  async grow(): Promise<void> {
    await this.#compose('up', '--detach', '--wait', 'rabbit4')
  }

  /** The queues of the virtual host "/", with the nodes that have a copy of each. */
  async queues(node: Node): Promise<readonly { name: string; leader: string; online: string[] }[]> {
    const command = 'rabbitmqctl list_queues --quiet --formatter json name leader online'
    const listed = await this.run(node, ...command.split(' '))
    return JSON.parse(listed) as { name: string; leader: string; online: string[] }[]
  }

  /** The node that leads a queue. */
  async leader(queue: string, ask: Node = 'rabbit1'): Promise<Node> {
    const found = (await this.queues(ask)).find(({ name }) => name === queue)
    if (found === undefined) throw new Error(`there is no queue ${queue}`)
    return found.leader.replace('rabbit@', '') as Node
  }

  /** Waits until the queue has all its copies again. */
  async whole(queue: string, copies = 3): Promise<void> {
    await waitFor(
      `${copies} copies of ${queue}`,
      async () => {
        const found = (await this.queues('rabbit1')).find(({ name }) => name === queue)
        return found?.online.length === copies
      },
      { interval: 500 },
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#compose('--profile', 'grow', 'down', '--volumes', '--timeout', '1')
  }
}
