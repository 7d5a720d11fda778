// The world outside your programs: the oven, the screens, the register, the bank, the books. While a check runs
// your program, the check stands in for the world: calls can be slow, they can fail, and the program
// can be killed in the middle of one. If you run your program yourself, each call prints a line.

import type { OffsetStore } from '@messaging-patterns/shared'

/** Bakes an order. Rejects if that fails. */
export const bake = (order: string): Promise<void> => ask('bake', order)

/** Shows a line on the screen. */
export const show = (line: string): Promise<void> => ask('show', line)

/** Tells the customer that the order is accepted. There is no way back from this. */
export const accept = (order: string): Promise<void> => ask('accept', order)

/** Tells the customer that the order cannot be accepted. */
export const refuse = (order: string): Promise<void> => ask('refuse', order)

/** Charges the customer's card. The bank ignores a charge whose key it has seen before. */
export const charge = (order: string, key: string): Promise<void> => ask('charge', order, key)

/** Records an order in the books. They ignore an order that they already have. */
export const record = (order: string): Promise<void> => ask('record', order)

/** Keeps the offset of one program, also when the program is killed. Empty at first. */
export const bookmark: OffsetStore = {
  load: () => call('load'),
  save: (offset) => ask('save', `${offset}`),
}

/** The number of the oldest order in the outbox that is not marked as sent; undefined if there is none. */
export const nextUnsent = (): Promise<number | undefined> => call('nextUnsent')

/** Marks an order in the outbox as sent. */
export const markSent = (order: number): Promise<void> => ask('markSent', `${order}`)

/** Gives a customer ten points. It counts when it is committed. */
export const addPoints = (customer: string): Promise<void> => ask('addPoints', customer)

/** Adds an id to the inbox; false if it was added before. It counts when it is committed. */
export const addToInbox = async (id: string): Promise<boolean> =>
  (await call('addToInbox', id)) !== 0

/** Commits everything since the last commit, as one transaction. */
export const commit = (): Promise<void> => ask('commit')

/** Which of the bakers in bakers.ts works today. */
export const whoBakes = async (): Promise<number> => (await call('whoBakes')) ?? 0

interface Answer {
  readonly call?: number
  readonly error?: string
  readonly value?: number
}

let calls = 0
const unanswered = new Map<number | undefined, (answer: Answer) => void>()

process.on('message', (answer: Answer) => unanswered.get(answer.call)?.(answer))

async function ask(name: string, ...args: readonly string[]): Promise<void> {
  await call(name, ...args)
}

async function call(name: string, ...args: readonly string[]): Promise<number | undefined> {
  const { channel } = process
  if (process.send === undefined || channel === undefined) {
    console.log(`${name}(${args.join(', ')})`)
    return undefined
  }
  const number = ++calls
  process.send({ call: number, name, args, at: performance.timeOrigin + performance.now() })
  // Keep the program alive until the answer has arrived.
  channel.ref()
  const { error, value } = await new Promise<Answer>((resolve) => unanswered.set(number, resolve))
  unanswered.delete(number)
  if (unanswered.size === 0) channel.unref()
  if (error !== undefined) throw new Error(error)
  return value
}
