// Step 6: a graceful end. On SIGTERM, the service stops listening and consuming, and finishes what it has
// begun. What is in the outbox is for the next start.
import { print } from './stage.ts'
import { stopUnderLoad } from './under-load.ts'

print('20 customers order at the same time, and the process gets SIGTERM.')
await stopUnderLoad('SIGTERM')
