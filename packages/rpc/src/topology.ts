/** The queue in which requests wait for a server. Client and server have to agree on it. */
export const requestQueue = 'rpc_queue'
