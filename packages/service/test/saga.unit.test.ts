import { expect, test } from 'vitest'

import type { EventName, NewEvent, OrderEvent } from '../src/messages/events.ts'
import { mail, mailFor } from '../src/orders/mail.ts'
import { decidePayment, payment, type PaymentStep } from '../src/orders/payment.ts'
import { advance, newSaga, saga, type Saga } from '../src/orders/saga.ts'
import { decideStock, stock, type Reservation } from '../src/orders/stock.ts'
import { customer, orderId, placed, published } from './events.ts'

/** Everything about one order: the state of each role, and the messages in their queues. */
interface World {
  readonly saga: Saga
  readonly payment: Pick<PaymentStep, 'state' | 'amount'> | undefined
  readonly reservation: Reservation | undefined
  readonly available: number
  readonly waiting: readonly Message[]
}

interface Message {
  readonly to: string
  readonly event: OrderEvent
}

const consumers = [payment, stock, mail, saga]

function send(waiting: readonly Message[], events: readonly NewEvent[]): Message[] {
  const messages = events.flatMap((event) =>
    consumers
      .filter((consumer) => consumer.events.includes(event.name))
      .map(({ name }) => ({ to: name, event: published(event) })),
  )
  return [...waiting, ...messages]
}

/** The world after a role has handled a message. */
function deliver(world: World, { to, event }: Message): World {
  const waiting = world.waiting.filter((message) => message.event !== event || message.to !== to)
  if (to === 'saga') {
    const step = advance(world.saga, event, customer)
    return { ...world, saga: step.saga, waiting: send(waiting, step.events) }
  }
  if (to === 'payment') {
    const step = decidePayment(world.payment, event)
    if (step === undefined) return { ...world, waiting }
    return { ...world, payment: step, waiting: send(waiting, [step.event]) }
  }
  if (to === 'stock') {
    const step = decideStock({ current: world.reservation, available: world.available }, event)
    if (step === undefined) return { ...world, waiting }
    const available = world.available + step.change
    return {
      ...world,
      available,
      reservation: step.reservation,
      waiting: send(waiting, [step.event]),
    }
  }
  const isMailed = mailFor(event) !== undefined
  return {
    ...world,
    waiting: send(waiting, isMailed ? [{ name: 'mail.sent', orderId, data: {} }] : []),
  }
}

/** Every world in which nothing is waiting, over every order of delivery. */
function ends(world: World): World[] {
  if (world.waiting.length === 0) return [world]
  return world.waiting.flatMap((message) => ends(deliver(world, message)))
}

function endsOf(quantity: number, available: number): World[] {
  const waiting = send([], [placed(quantity)])
  return ends({ saga: newSaga, payment: undefined, reservation: undefined, available, waiting })
}

const cases = [
  ['is completed', 1, 5, 'completed', 25_000],
  ['is cancelled if the payment is declined', 3, 5, 'cancelled', 0],
  ['is cancelled if it is out of stock', 1, 0, 'cancelled', 0],
  ['is cancelled if both fail', 3, 0, 'cancelled', 0],
] as const

test.each(cases)('an order %s, in whatever order events arrive', (...args) => {
  const [, quantity, available, state, paid] = args
  const worlds = endsOf(quantity, available)
  expect(worlds.length).toBeGreaterThan(1)
  for (const world of worlds) {
    expect(world.saga.state).toBe(state)
    expect(world.payment?.state === 'taken' ? world.payment.amount : 0).toBe(paid)
    expect(world.available).toBe(state === 'completed' ? available - quantity : available)
  }
})

test('an event that comes late does not take back a newer one', () => {
  const names: readonly EventName[] = ['payment.refunded', 'payment.taken']
  const last = names.reduce<Saga>((state, name) => {
    const event = published({ name, orderId, data: { amount: 1 } } as NewEvent)
    return advance(state, event, customer).saga
  }, newSaga)
  expect(last.payment).toBe('refunded')
})
