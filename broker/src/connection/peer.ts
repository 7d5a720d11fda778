/** What TLS says about a client. */
export interface PeerTls {
  /** The certificates of clients are verified, so a client may log in with EXTERNAL. */
  readonly verifies: boolean
  /** The user that its certificate names; undefined if it has none, or one without a name. */
  readonly certificateName: string | undefined
}

/** The other end of a connection. */
export interface Peer {
  /** The number of the connection. */
  readonly id: number
  readonly isLoopback: boolean
  /** For people: `127.0.0.1:50412 -> 127.0.0.1:5672`, or the name passed to `accept`. */
  readonly name: string
  /** Undefined without TLS. */
  readonly tls?: PeerTls
  /** The address of the client, if it connected over a socket. */
  readonly address?: { readonly host: string; readonly port: number }
}
