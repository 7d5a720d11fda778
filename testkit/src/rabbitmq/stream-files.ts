/** A file to copy into a container before it starts. */
export interface ContainerFile {
  readonly target: string
  readonly content: string
  readonly mode: number
}

/**
 * Adds the stream protocol and its part of the management API to the plugins of the image. Clients
 * connect again to the address that the broker advertises, so `port` has to be known before.
 */
export function streamFiles(port: number): ContainerFile[] {
  const plugins = '[rabbitmq_management,rabbitmq_prometheus,rabbitmq_stream_management].'
  const settings = `stream.advertised_host = localhost\nstream.advertised_port = ${port}\n`
  return [
    { target: '/etc/rabbitmq/enabled_plugins', content: plugins, mode: 0o644 },
    { target: '/etc/rabbitmq/conf.d/20-streams.conf', content: settings, mode: 0o644 },
  ]
}
