/** A suite cannot be had on this machine; the message says what it lacks. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}
