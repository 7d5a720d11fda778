// The service, killed as by `kill -9` when it reaches the fault point KILL_AT for the first time.
import type { Faults } from '../src/faults/faults.ts'
import { run } from '../src/run.ts'

const killAt = process.env['KILL_AT']

const faults: Faults = {
  reach(point) {
    if (point === killAt) process.kill(process.pid, 'SIGKILL')
  },
}

await run(faults)
