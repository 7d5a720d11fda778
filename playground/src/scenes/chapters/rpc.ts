import type { Scene } from '../stage/scene.ts'

const server = {
  program: 'rpc/server',
  argv: ['--work-ms', '300'],
  ready: 'Awaiting RPC requests',
} as const

/** In a picture, messages need so long on their way that the default would not be enough for three of them. */
const timeout = ['--timeout', '20']

/** Requests wait in a queue that servers share; each reply finds the client that called. */
export const rpc: Scene = {
  id: 'rpc',
  chapter: 6,
  title: 'A request, and the reply that belongs to it',
  caption:
    'Requests wait in a queue that the servers share. Each reply has the correlation id of its request, so the client knows which call it answers.',
  programs: [
    { id: 'server-1', name: 'server 1', ...server, starts: 'at once' },
    { id: 'server-2', name: 'server 2', ...server, starts: 'by a button' },
    {
      id: 'client',
      name: 'client',
      program: 'rpc/client',
      argv: [...timeout, '30'],
      starts: 'by a button',
    },
  ],
  buttons: [
    { id: 'call', label: 'Call fib(30)', actions: [{ type: 'run', program: 'client' }] },
    {
      id: 'three',
      label: 'Make three calls at once',
      actions: [{ type: 'run', program: 'client', argv: [...timeout, '10', '20', '30'] }],
    },
    {
      id: 'mistake',
      label: 'Call fib(thirty), which fails',
      actions: [{ type: 'run', program: 'client', argv: [...timeout, 'thirty'] }],
    },
    { id: 'help', label: 'Start server 2', actions: [{ type: 'run', program: 'server-2' }] },
    { id: 'kill', label: 'Kill server 1', actions: [{ type: 'kill', program: 'server-1' }] },
  ],
  script: [
    { press: 'call' },
    { program: 'client', prints: 'Got 832040' },
    { press: 'mistake' },
    { program: 'client', prints: 'error: ' },
    { press: 'help' },
    { press: 'kill' },
    { press: 'three' },
    { program: 'client', prints: 'Got', times: 4 },
  ],
  expected: {
    queues: { rpc_queue: { ready: 0, unacked: 0 } },
    // The client also gets the replies.
    deliveries: { 'server-1': 2, 'server-2': 3, client: 5 },
  },
}
