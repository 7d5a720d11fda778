import { fileURLToPath } from 'node:url'

import { freePort } from '../network/free-port.ts'
import { deadline } from '../waiting/deadline.ts'
import { waitFor } from '../waiting/wait-for.ts'
import { docker } from './docker.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The nodes of docker-compose.cluster.yml. The fourth only runs after `grow`. */
export type Node = 'rabbit1' | 'rabbit2' | 'rabbit3' | 'rabbit4'

const nodes: readonly Node[] = ['rabbit1', 'rabbit2', 'rabbit3', 'rabbit4']

/** The cluster of docker-compose.cluster.yml on free ports, for tests that break nodes or networks. */
export class RabbitMqCluster implements AsyncDisposable {
  readonly #project = `messaging-patterns-cluster-test-${process.pid}`
  readonly #ports: readonly number[]

  private constructor(ports: readonly number[]) {
    this.#ports = ports
  }

  static async start(): Promise<RabbitMqCluster> {
    const cluster = new RabbitMqCluster(await Promise.all(Array.from({ length: 8 }, freePort)))
    try {
      await cluster.#compose('up', '--detach', '--wait')
    } catch (error) {
      // Some nodes may be running, and the caller has nothing to close.
      await cluster[Symbol.asyncDispose]()
      throw error
    }
    return cluster
  }

  async #compose(...args: readonly string[]): Promise<string> {
    const ports = nodes.flatMap((_, i) => [
      [`AMQP_PORT_${i + 1}`, String(this.#ports[i])],
      [`MANAGEMENT_PORT_${i + 1}`, String(this.#ports[i + 4])],
    ])
    const file = ['--file', 'docker-compose.cluster.yml', '--project-name', this.#project]
    return await docker(['compose', ...file, ...args], {
      cwd: root,
      env: Object.fromEntries(ports) as Record<string, string>,
      // Starting three nodes takes longer than any other command.
      timeout: 2 * deadline,
    })
  }

  /** The URL of a node. */
  url(node: Node): string {
    return `amqp://guest:guest@127.0.0.1:${this.#ports[nodes.indexOf(node)]}`
  }

  /** The URLs of the first three nodes, starting with `first`. */
  urls(first: Node = 'rabbit1'): string {
    const others = nodes.slice(0, 3).filter((node) => node !== first)
    return [first, ...others].map((node) => this.url(node)).join(',')
  }

  #container(node: Node): string {
    return `${this.#project}-${node}-1`
  }

  /** Runs a command on a node, such as `rabbitmqctl`. */
  async run(node: Node, ...command: readonly string[]): Promise<string> {
    return this.#compose('exec', '-T', node, ...command)
  }

  /** Kills a node, like a power failure. */
  async kill(node: Node): Promise<void> {
    await docker(['kill', this.#container(node)])
  }

  async start(node: Node): Promise<void> {
    await docker(['start', this.#container(node)])
  }

  /** Freezes a node. Its sockets stay open. */
  async pause(node: Node): Promise<void> {
    await docker(['pause', this.#container(node)])
  }

  async unpause(node: Node): Promise<void> {
    await docker(['unpause', this.#container(node)])
  }

  /** Unplugs the network: the node keeps running, but reaches neither nodes nor clients. */
  async disconnect(node: Node): Promise<void> {
    await docker(['network', 'disconnect', `${this.#project}_default`, this.#container(node)])
  }

  async connect(node: Node): Promise<void> {
    const network = `${this.#project}_default`
    await docker(['network', 'connect', '--alias', node, network, this.#container(node)])
  }

  /**
   * Partitions a node from the other nodes, but not from its clients. The nodes stop reading what they
   * send each other, and once they consider each other down, they cannot reconnect.
   */
  async isolate(node: Node): Promise<void> {
    await this.#betweenNodes(node, (peer) => [
      `erlang:set_cookie(${peer}, node())`,
      `[inet:setopts(P, [{active, false}]) || {${peer}, P} <- erlang:system_info(dist_ctrl)]`,
    ])
  }

  /** Heals the partition that `isolate` created. */
  async reunite(node: Node): Promise<void> {
    await this.#betweenNodes(node, (peer) => [`erlang:set_cookie(${peer}, erlang:get_cookie())`])
  }

  /** Evaluates Erlang on a node for each of its peers, and on each peer for the node, in parallel. */
  async #betweenNodes(node: Node, expressions: (peer: string) => readonly string[]): Promise<void> {
    const others = nodes.slice(0, 3).filter((each) => each !== node)
    const evaluate = (on: Node, peers: readonly Node[]): Promise<string> => {
      const steps = peers.flatMap((peer) => expressions(`'rabbit@${peer}'`))
      return this.run(on, 'rabbitmqctl', 'eval', `${steps.join(', ')}.`)
    }
    await Promise.all([evaluate(node, others), ...others.map((other) => evaluate(other, [node]))])
  }

  /** Starts the fourth node, which joins the others. */
  async grow(): Promise<void> {
    await this.#compose('up', '--detach', '--wait', 'rabbit4')
  }

  /** The queues of the virtual host "/", each with its leader and the nodes that are online for it. */
  async queues(node: Node): Promise<readonly { name: string; leader: string; online: string[] }[]> {
    const command = 'rabbitmqctl list_queues --quiet --formatter json name leader online'
    const listed = await this.run(node, ...command.split(' '))
    return JSON.parse(listed) as { name: string; leader: string; online: string[] }[]
  }

  /** The node that has the queue's leader. */
  async leader(queue: string, ask: Node = 'rabbit1'): Promise<Node> {
    const found = (await this.queues(ask)).find(({ name }) => name === queue)
    if (found === undefined) throw new Error(`there is no queue ${queue}`)
    return found.leader.replace('rabbit@', '') as Node
  }

  /** Waits until all replicas of the queue are online. */
  async whole(queue: string, replicas = 3): Promise<void> {
    await waitFor(
      `${replicas} replicas of ${queue}`,
      async () => {
        const found = (await this.queues('rabbit1')).find(({ name }) => name === queue)
        return found?.online.length === replicas
      },
      { interval: 500 },
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#compose('--profile', 'grow', 'down', '--volumes', '--timeout', '1')
  }
}
