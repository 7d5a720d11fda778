/**
 * A place in the code where a test can kill the process. Names say what has just happened. The table
 * in the README lists all of them.
 */
export type FaultPoint =
  | 'api: order stored, not committed'
  | 'api: committed, not answered'
  | 'relay: events locked, not published'
  | 'relay: confirmed, not marked as sent'
  | 'relay: marked as sent, not committed'
  | 'relay: committed'
  | `${string}: received`
  | `${string}: in the inbox, not handled`
  | `${string}: handled, not committed`
  | `${string}: committed, not acknowledged`
  | `${string}: acknowledged`

/** Is told about each fault point that is reached. */
export interface Faults {
  reach(point: FaultPoint): void
}

/** The service outside of tests. */
export const noFaults: Faults = { reach: () => {} }
