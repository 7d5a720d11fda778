import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved:
    /Order 3 was in the oven when your program got SIGTERM and exited without acknowledging it/,
  mutants: [
    {
      name: 'does not listen',
      change: [["process.once('SIGTERM'", "process.once('SIGHUP'"]],
      verdict: /exited without acknowledging it/,
    },
    {
      name: 'goes on as if nothing had happened',
      change: [['  stop.abort()\n', '']],
      verdict: /and then took order 4/,
    },
    {
      name: 'closes the connection over the order',
      change: [
        ['  stop.abort()', '  void session.close()'],
        ['const stop = new AbortController()\n', ''],
        ['{ signal: stop.signal }', ''],
      ],
      verdict: /Order 3 was baked, but is back in the queue|Your program crashed/,
    },
  ],
}
