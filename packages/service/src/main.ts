// The one command: starts the whole service, or the roles in ROLES.
import { MessagingError } from '@messaging-patterns/shared'

import { noFaults } from './faults/faults.ts'
import { run } from './run.ts'

try {
  await run(noFaults)
} catch (error) {
  const remedy = error instanceof MessagingError ? `; ${error.remedy}` : ''
  const text = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${text}${remedy}\n`)
  process.exitCode = 1
}
