import type { Connection } from '../connection.ts'
import type { StreamConnection } from './stream-connection.ts'

/** The connection of a client, in whichever protocol it speaks. */
export type ClientConnection = Connection | StreamConnection
