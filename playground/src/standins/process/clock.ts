import { VirtualTime } from '../../time/virtual-time.ts'

/** The time of this program. */
export const time = new VirtualTime()
