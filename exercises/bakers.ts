// The bakers that the exercises of chapter 13 test. They turn orders into cakes. The check decides who works today.
import type { Delivery, Queue, Session } from '@messaging-patterns/shared'

import { bake, whoBakes } from './world.ts'

type Baker = (delivery: Delivery, cakes: Queue) => Promise<void>

const bakers: readonly Baker[] = [
  // Makes no mistakes.
  async (delivery, cakes) => {
    await bake(delivery.text())
    await cakes.send(`cake for ${delivery.text()}`)
    delivery.ack()
  },
  // Acknowledges too early.
  async (delivery, cakes) => {
    delivery.ack()
    await bake(delivery.text())
    await cakes.send(`cake for ${delivery.text()}`)
  },
  // Burns everything.
  async (delivery, cakes) => {
    await bake(delivery.text())
    await cakes.send(`ashes for ${delivery.text()}`)
    delivery.ack()
  },
]

/** Declares the queues "orders" and "cakes", and starts a baker. */
export async function startBaker(session: Session): Promise<void> {
  const orders = await session.queue('orders')
  const cakes = await session.queue('cakes')
  const baker = bakers[await whoBakes()]
  if (baker === undefined) throw new Error('there is no such baker')
  await orders.consume((delivery) => baker(delivery, cakes), {
    retry: { attempts: 3, delay: { from: 1000, factor: 2 } },
  })
}
