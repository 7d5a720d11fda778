import { Refused, textOf, type JsonObject, type ManagementApi } from './management-api.ts'

export async function isTraced(api: ManagementApi, vhost: string): Promise<boolean> {
  const { tracing } = await find(api, vhost)
  return tracing === true
}

/** In the list of virtual hosts, which users see who may not see one of them alone. */
async function find(api: ManagementApi, vhost: string): Promise<JsonObject> {
  const found = (await api.list('vhosts')).find(({ name }) => name === vhost)
  if (found !== undefined) return found
  throw new Error(
    `there is no virtual host "${vhost}", or the user "${api.user}" has no access to it`,
  )
}

/** Turns the firehose of a virtual host on, or off. Rejects if the user may not do that. */
export async function setTracing(
  api: ManagementApi,
  vhost: string,
  tracing: boolean,
): Promise<void> {
  const { description, tags, default_queue_type: type } = await find(api, vhost)
  // The API would reset what it is not told.
  const metadata = {
    ...(typeof description === 'string' && { description }),
    ...(Array.isArray(tags) && { tags: tags.map(textOf).join(',') }),
    ...(typeof type === 'string' && type !== 'undefined' && { default_queue_type: type }),
  }
  try {
    await api.put(['vhosts', vhost], { ...metadata, tracing })
  } catch (error) {
    if (!(error instanceof Refused) || ![401, 403].includes(error.status)) throw error
    const how = tracing ? 'on' : 'off'
    throw new Error(
      `the user "${api.user}" may not turn tracing ${how}: that takes the tag administrator; ` +
        `an administrator can type: rabbitmqctl trace_${how} -p ${vhost}`,
      { cause: error },
    )
  }
}
