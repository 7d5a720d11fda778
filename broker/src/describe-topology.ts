import type { BrokerSnapshot, QueueSnapshot, VirtualHostSnapshot } from './snapshot.ts'

/** Describes a broker in lines of text: queues with their counts, exchanges with their bindings. */
export function describeTopology({ vhosts, connections }: BrokerSnapshot): readonly string[] {
  const lines = vhosts.flatMap((vhost) => [`virtual host ${vhost.name}`, ...describeVhost(vhost)])
  return [...lines, counted(connections.length, 'connection')]
}

function describeVhost({ exchanges, queues, bindings }: VirtualHostSnapshot): readonly string[] {
  const lines = exchanges.flatMap(({ name, type }) => {
    const own = bindings.filter(({ source }) => source === name)
    // Every broker has predeclared exchanges, so only show those that are used.
    if (name === '' || (name.startsWith('amq.') && own.length === 0)) return []
    return [`  exchange ${name} (${type})`, ...own.map(describeBinding)]
  })
  const all = [...lines, ...queues.map(describeQueue)]
  return all.length > 0 ? all : ['  no queues, and only the predeclared exchanges']
}

function describeBinding(binding: VirtualHostSnapshot['bindings'][number]): string {
  const { destination, destinationType, routingKey } = binding
  const key = routingKey === '' ? '' : `"${routingKey}" `
  return `    ${key}-> ${destinationType} ${destination}`
}

function describeQueue({ name, type, exclusive, ...counts }: QueueSnapshot): string {
  const { ready, unacked, consumers } = counts
  const about = exclusive ? `${type}, exclusive` : type
  return `  queue ${name} (${about}): ${ready} ready, ${unacked} unacked, ${counted(consumers, 'consumer')}`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
