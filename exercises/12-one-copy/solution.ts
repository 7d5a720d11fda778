// The Paris manager's screen.
import { Session } from '@messaging-patterns/shared'

import { show } from '../world.ts'

await using session = await Session.open()
const sales = await session.exchange('sales', 'topic')

const queue = await session.queue()
await queue.bind(sales, 'paris.#', '#.returned')
await queue.consume((delivery) => show(delivery.text()))

// Keeps the program running until the session is closed.
await session.closed
