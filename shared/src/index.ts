export { connectOptions, defaultUrl, maskText, parseUrls } from './connection/broker-url.ts'
export { closeModel } from './connection/close-model.ts'
export { explainConnect } from './connection/explain-connect.ts'
export type { SessionOptions, SessionStatus } from './connection/session-options.ts'
export type { TlsOptions } from './connection/tls.ts'
export { isOlder } from './connection/version.ts'
export type { ConsumeOptions } from './consuming/consume-options.ts'
export { Delivery } from './consuming/delivery.ts'
export { Subscription } from './consuming/subscription.ts'
export { explainOperation } from './errors/explain-operation.ts'
export { pnpm } from './errors/pnpm.ts'
export {
  MessagingError,
  type MessagingErrorCode,
  type MessagingErrorDetails,
} from './errors/messaging-error.ts'
export {
  attemptsOf,
  freshHeaders,
  parkedOf,
  type Attempt,
  type Parked,
  type ParkReason,
} from './handling/attempts.ts'
export type { Backoff } from './handling/backoff.ts'
export { delayQueue } from './handling/delay-queues.ts'
export type { Handler, HandleOptions } from './handling/handler.ts'
export { parkingQueueOptions, type RetryOptions, type Verdict } from './handling/retry-options.ts'
export type { Body } from './messages/body.ts'
export type { Headers } from './messages/headers.ts'
export type { MessageOptions } from './messages/message-options.ts'
export { inFlight, type InFlightOptions } from './publishing/in-flight.ts'
export { RemoteError, RpcClient, type RpcClientOptions } from './rpc/rpc-client.ts'
export type { RequestHandler, RpcServerOptions } from './rpc/rpc-server.ts'
export { Session } from './session.ts'
export { fileOffsetStore, type OffsetStore } from './streams/offset-store.ts'
export type {
  Age,
  ResumeOptions,
  StreamConsumeOptions,
  StreamHandleOptions,
  StreamMessageOptions,
  StreamOptions,
  StreamStart,
} from './streams/stream-options.ts'
export { Exchange, type ExchangeKind, type ExchangeOptions } from './topology/exchange.ts'
export { Queue, type QueueOptions } from './topology/queue.ts'
export { Stream } from './topology/stream.ts'
