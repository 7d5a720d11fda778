/** The other end of a connection. */
export interface Peer {
  /** The number of the connection. */
  readonly id: number
  readonly isLoopback: boolean
  /** For people: `127.0.0.1:50412 -> 127.0.0.1:5672`, or the name passed to `accept`. */
  readonly name: string
  /** The address of the client, if it connected over a socket. */
  readonly address?: { readonly host: string; readonly port: number }
  /** The address that it connected to. */
  readonly local?: { readonly host: string; readonly port: number }
}
