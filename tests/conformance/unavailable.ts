/** A suite cannot run on this machine; the message says what is missing. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}
