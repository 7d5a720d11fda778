import type { Row } from '../row.ts'
import { publishRows } from './publish.ts'

/** Every row, in the order of the tables. A new load is a file beside this one, and a line here. */
export const rows: readonly Row[] = [...publishRows]
