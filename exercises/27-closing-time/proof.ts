import type { Proof } from '../src/exercise.ts'

export const proof: Proof = {
  unsolved:
    /Order 3 was in the oven when SIGTERM came, and your program ended at once, without an ack/,
  mutants: [
    {
      name: 'does not listen',
      change: [["process.once('SIGTERM'", "process.once('SIGHUP'"]],
      verdict: /ended at once, without an ack/,
    },
    {
      name: 'goes on as if nothing had happened',
      change: [['  stop.abort()\n', '']],
      verdict: /your program then took order 4/,
    },
    {
      name: 'closes the connection over the order',
      change: [
        ['  stop.abort()', '  void session.close()'],
        ['const stop = new AbortController()\n', ''],
        ['{ signal: stop.signal }', ''],
      ],
      verdict: /Order 3 is baked, and in the queue again|Your program crashed/,
    },
  ],
}
