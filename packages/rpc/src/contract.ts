/** Where requests wait for a server: client and server must agree on it. */
export const requestQueue = 'rpc_queue'
