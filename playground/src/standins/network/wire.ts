import type { FromProgram } from '../../engine/protocol.ts'

/** What is behind all sockets of this worker. A worker that is the network for others replaces it. */
export const wire: Wire = {
  connect: (end, port) => {
    const message: FromProgram = { type: 'connect', port: end, to: port }
    postMessage(message, { transfer: [end] })
  },
}

interface Wire {
  /** Connects one end of a connection to a TCP port. The page knows a single one: that of the broker. */
  connect: (end: MessagePort, port: number) => void
}
