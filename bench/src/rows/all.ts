import type { Row } from '../row.ts'
import { brokerLimitRows } from './broker-limits.ts'
import { brokerMessageRows } from './broker-messages.ts'
import { brokerRoutingRows } from './broker-routing.ts'
import { brokerStartRows } from './broker-start.ts'
import { coldStartRows } from './cold-start.ts'
import { consumeRows } from './consume.ts'
import { endToEndRows } from './end-to-end.ts'
import { memoryRows } from './memory.ts'
import { publishRows } from './publish.ts'
import { reconnectRows } from './reconnect.ts'
import { rpcRows } from './rpc.ts'

/** Every row, in the order of the tables. A new load is a file beside this one, and a line here. */
export const rows: readonly Row[] = [
  ...publishRows,
  ...consumeRows,
  ...endToEndRows,
  ...rpcRows,
  ...reconnectRows,
  ...coldStartRows,
  ...memoryRows,
  ...brokerMessageRows,
  ...brokerRoutingRows,
  ...brokerLimitRows,
  ...brokerStartRows,
]
