/** What is shown instead of a picture. */
export const brokerIsDown = 'The broker is down.'

/** How many queues and exchanges a picture leaves out, if any. */
export function notShown(count: number): string {
  return count === 0 ? '' : `Not shown: ${count} unused queues and exchanges.`
}
