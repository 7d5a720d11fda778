import type { RabbitMQContainer, StartedRabbitMQContainer } from '@testcontainers/rabbitmq'

/**
 * Starts a container. testcontainers first starts one of its own, which removes all others if this
 * process is killed. Where that image cannot be pulled, we do without it, and say so.
 */
export async function startContainer(
  container: RabbitMQContainer,
): Promise<StartedRabbitMQContainer> {
  try {
    return await container.start()
  } catch (error) {
    if (process.env[withoutReaper] === 'true' || !cannotPull(error)) throw error
    process.stderr.write(
      'NOT RUN: the container that removes the others if this run is killed (its image testcontainers/ryuk could not be pulled)\n',
    )
    process.env[withoutReaper] = 'true'
    return await container.start()
  }
}

const withoutReaper = 'TESTCONTAINERS_RYUK_DISABLED'

/** Docker answers 404 for an image that does not exist, and 500 if it cannot reach the registry. */
function cannotPull(error: unknown): boolean {
  return error instanceof Error && /HTTP code (404|500)/.test(error.message)
}
