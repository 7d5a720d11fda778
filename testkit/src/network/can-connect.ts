import { once } from 'node:events'
import { connect } from 'node:net'

/** Whether something accepts TCP connections at an address. It has two seconds. */
export async function canConnect(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(2000) })
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
