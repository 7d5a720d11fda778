export type { Backoff } from './backoff.ts'
export type { Body } from './body.ts'
export { connectOptions, defaultUrl, maskText, parseUrls } from './broker-url.ts'
export type { ConsumeOptions, HandleOptions, Handler } from './consume-options.ts'
export type { SessionOptions, SessionStatus } from './session-options.ts'
export { delayQueue } from './delay-queues.ts'
export { Delivery } from './delivery.ts'
export type { MessageOptions } from './destination.ts'
export { MessagingError, type MessagingErrorCode } from './errors.ts'
export { explainConnect, explainOperation } from './explain.ts'
export { Exchange, type ExchangeKind, type ExchangeOptions } from './exchange.ts'
export { inFlight } from './in-flight.ts'
export { Queue, type QueueOptions } from './queue.ts'
export { pnpm } from './pnpm.ts'
export { parkingQueueOptions, type RetryOptions, type Verdict } from './retry.ts'
export {
  attemptsOf,
  freshHeaders,
  parkedOf,
  type Attempt,
  type Parked,
  type ParkReason,
} from './retry-headers.ts'
export { Session } from './session.ts'
export { Subscription } from './subscription.ts'
