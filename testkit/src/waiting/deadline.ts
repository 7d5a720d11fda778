/**
 * How long a test waits for anything, in milliseconds. It ends a hang and measures nothing, so it is
 * generous: a slow or busy machine must never reach it.
 */
export const deadline = 120_000

/** The time limit of a test or a hook. It is longer, so that the wait that hangs is the one reported. */
export const testDeadline = 300_000
