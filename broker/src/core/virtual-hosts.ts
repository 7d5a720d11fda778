import { VirtualHost, type VirtualHostParts } from './vhost.ts'

/** The virtual hosts of a broker. */
export class VirtualHosts {
  readonly #parts: VirtualHostParts
  readonly #vhosts = new Map<string, VirtualHost>()

  constructor(parts: VirtualHostParts, names: Iterable<string>) {
    this.#parts = parts
    for (const name of names) this.create(name)
  }

  get(name: string): VirtualHost | undefined {
    return this.#vhosts.get(name)
  }

  create(name: string): VirtualHost {
    const vhost = new VirtualHost(name, this.#parts)
    // RabbitMQ's description of the one that is always there.
    if (name === '/') vhost.metadata = { ...vhost.metadata, description: 'Default virtual host' }
    this.#vhosts.set(name, vhost)
    return vhost
  }

  /** Deletes it with its queues; disconnecting its clients is left to the caller. */
  delete(vhost: VirtualHost): void {
    this.#vhosts.delete(vhost.vhost)
    vhost.close()
  }

  [Symbol.iterator](): Iterator<VirtualHost> {
    return this.#vhosts.values()
  }
}
