// A thread with its own connections, which writes the same bytes to each as fast as possible.
import { connect } from 'node:net'
import { workerData } from 'node:worker_threads'

const { port, connections, greeting, messages } = workerData

for (let i = 0; i < connections; i++) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const pump = () => {
    while (socket.write(messages)) continue
  }
  socket
    .on('connect', pump)
    .on('drain', pump)
    .on('error', () => {})
  // Ignore the replies.
  socket.resume().write(greeting)
}
