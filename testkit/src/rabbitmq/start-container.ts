import type { RabbitMQContainer, StartedRabbitMQContainer } from '@testcontainers/rabbitmq'
import { getContainerRuntimeClient, getReaper } from 'testcontainers'

/** Starts a container, which is removed even if this process is killed. */
export async function startContainer(
  container: RabbitMQContainer,
): Promise<StartedRabbitMQContainer> {
  await startReaper()
  return await container.start()
}

/**
 * Starts the container of testcontainers that removes all others if this process is killed. Where its
 * image cannot be pulled, we do without it, and say so.
 */
async function startReaper(): Promise<void> {
  const client = await getContainerRuntimeClient()
  try {
    await getReaper(client)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(
      `NOT RUN: the container that removes the others if this run is killed (testcontainers/ryuk: ${why.trim()})\n`,
    )
    process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true'
  }
}
