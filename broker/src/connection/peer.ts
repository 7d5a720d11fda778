import type { X509Certificate } from 'node:crypto'
import { isIP, type Socket } from 'node:net'

import type { HandshakePeer, PeerTls } from './handshake/handshake.ts'

/** A host and a port. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** What TLS says about a connection. */
export interface TlsSession extends PeerTls {
  /** For example `TLSv1.3`. */
  readonly protocol: string
  /** In the names of the RFCs: `TLS_AES_256_GCM_SHA384`. */
  readonly cipherSuite: string
  /** That of the client, if it presented one. */
  readonly certificate: X509Certificate | undefined
}

/** The other end of a connection. */
export interface Peer extends HandshakePeer {
  /** Undefined without TLS. */
  readonly tls?: TlsSession
  /** The number of the connection. */
  readonly id: number
  /** For people: `127.0.0.1:50412 -> 127.0.0.1:5672`, or the name passed to `accept`. */
  readonly name: string
  /** The address of the client, if it connected over a socket. */
  readonly address?: Address
  /** The address that it connected to. */
  readonly local?: Address
  /** How many bytes it has sent and received, if they are counted. */
  readonly traffic?: { readonly bytesRead: number; readonly bytesWritten: number }
}

/** The client of a socket. */
export function socketPeer(socket: Socket, tls?: TlsSession): Omit<Peer, 'id'> {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  const address = { host: plainAddress(remoteAddress), port: remotePort ?? 0 }
  const local = { host: plainAddress(localAddress), port: localPort ?? 0 }
  return {
    isLoopback: isLoopback(address.host),
    name: `${endpoint(address)} -> ${endpoint(local)}`,
    address,
    local,
    traffic: socket,
    ...(tls !== undefined && { tls }),
  }
}

/** An address as it is written in URLs. */
export function endpoint({ host, port }: Address): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`
}

/** The name of the host, which certificates contain more often than its address. */
export function hostName(host: string): string {
  return /^(127\.0\.0\.1|::1)$/.test(host) ? 'localhost' : host
}

/** Whether a client with this address is on this machine. */
export function isLoopback(address: string | undefined): boolean {
  return /^(127\.|::1$)/.test(plainAddress(address))
}

/** On an IPv6 socket, the address of an IPv4 client has a prefix. */
function plainAddress(address = ''): string {
  return address.replace(/^::ffff:/, '')
}
