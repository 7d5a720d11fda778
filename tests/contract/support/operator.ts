import { waitFor, type TestBroker } from '@messaging-patterns/testkit'

/** Turns tracing on or off in the virtual host of the case, as `rabbitmqctl trace_on` does. */
export async function setTracing(
  { embedded, management, vhost }: TestBroker,
  tracing: boolean,
): Promise<void> {
  if (tracing) embedded?.traceOn(vhost)
  else embedded?.traceOff(vhost)
  await management?.request('PUT', `vhosts/${vhost}`, { tracing })
}

/** Closes the connection that calls itself `name`, as an operator does. */
export async function closeFromOutside(
  { embedded, management }: TestBroker,
  name: string,
  reason?: string,
): Promise<void> {
  if (embedded !== undefined) {
    const text = reason === undefined ? {} : { text: reason }
    // It would wait for the client, which the test has yet to make answer.
    void embedded.faults.close(320, { connection: name, ...text })
  } else if (management !== undefined) {
    const listed = await waitFor(
      `the management API to list the connection ${name}`,
      async () => {
        const connections = await management.connections()
        return connections.find((each) => each.client_properties.connection_name === name)
      },
      { interval: 250, timeout: 25_000 },
    )
    await management.closeConnection(listed.name, reason)
  }
}
