export { Management, type QueueInfo } from './management.ts'
export { Program, runProgram, type Outcome } from './program.ts'
export { testBroker, type BrokerKind, type TestBroker } from './test-broker.ts'
export { waitFor } from './wait-for.ts'
