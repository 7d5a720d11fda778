import { crc32 } from 'node:zlib'

import { isObject, scalarText, type Json, type JsonObject } from '../api/json.ts'

interface Endpoint {
  readonly node: Json | undefined
  /** The connection's name. */
  readonly name: Json | undefined
  /** The client's port. */
  readonly port: Json | undefined
}

/**
 * An id of a connection (channel 0) or of one of its channels, written as RabbitMQ writes the ids
 * of its processes: <rabbit@host.3735928559.50412.1>. Here it consists of the node, a checksum of
 * the connection's name, the client's port and the channel.
 */
function pidOf({ node, name, port }: Endpoint, channel = 0): string {
  const parts = [node, crc32(scalarText(name)), port ?? 0, channel]
  return `<${parts.map(scalarText).join('.')}>`
}

export function connectionPid({ node, name, peer_port: port }: JsonObject): string {
  return pidOf({ node, name, port })
}

/** The pid of the connection that an exclusive queue belongs to. */
export function ownerPid({ node, owner_pid_details: owner }: JsonObject): string | undefined {
  if (!isObject(owner)) return undefined
  return pidOf({ node, name: owner['name'], port: owner['peer_port'] })
}

/** The pid of the channel that a consumer belongs to. */
export function channelPid({ channel_details: channel }: JsonObject): string | undefined {
  if (!isObject(channel)) return undefined
  const { node, connection_name: name, peer_port: port, number } = channel
  return pidOf({ node, name, port }, Number(number))
}
