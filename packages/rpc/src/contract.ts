/** All that client and server must agree on, beside the address and the id that a request carries. */

/** Where requests wait for a server. */
export const requestQueue = 'rpc_queue'

/** The header of a reply whose body is not the result but the text of an error. */
export const errorHeader = 'x-error'
