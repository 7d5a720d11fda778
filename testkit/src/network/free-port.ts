import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the ports that systems give to outgoing connections. A port from that range can be taken by any
 * connection between the moment it is found free and the moment the test listens on it.
 */
const [firstPort, lastPort] = [20_000, 30_000]

const given = new Set<number>()

/** A TCP port that is currently free, chosen at random because other test files choose as well. */
export function freePort(): Promise<number> {
  return freePortWith(0)
}

/** A free port; the one at the given distance from it is free too. */
export async function freePortWith(distance: number): Promise<number> {
  for (;;) {
    const port = randomInt(firstPort, lastPort)
    const ports = [...new Set([port, port + distance])]
    if (ports.some((each) => given.has(each))) continue
    for (const each of ports) given.add(each)
    const free = await Promise.all(ports.map(isFree))
    if (free.every(Boolean)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, () => resolve(true))
  })
  if (listening)
    await new Promise((resolve) => {
      server.close(resolve)
    })
  return listening
}
