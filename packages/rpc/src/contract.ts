/** What client and server have to agree on, apart from the properties that each request carries. */

/** The queue in which requests wait for a server. */
export const requestQueue = 'rpc_queue'

/** The header that marks a reply whose body is an error message, and not a result. */
export const errorHeader = 'x-error'
