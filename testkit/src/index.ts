export { testBroker, type BrokerKind, type TestBroker } from './test-broker.ts'
export { Management } from './management.ts'
export { waitFor } from './wait-for.ts'
