import type { Exercise } from '../src/course/exercise.ts'
import type { Witness } from '../src/trial/witness.ts'
import { either, list, missing, Wrong } from '../src/trial/wrong.ts'

const breadOnly = Array.from({ length: 15 }, (_, i) => `bread ${i + 1}`)

export const exercise: Exercise = {
  lesson: 'streams',
  teaches:
    'The broker filters a stream by chunks, which saves traffic; the consumer has to check each message again.',

  async check(trial) {
    const { broker } = trial
    const { traffic } = trial.network
    await broker.stream('orders')
    await send(broker, breadOnly)
    const cakes = await sendMixed(broker)
    trial.start()
    const lost = (): readonly string[] => missing(cakes, trial.done('bake'))
    await trial.until(
      () => lost().length === 0 && traffic.unacked.length === 0,
      (where) => {
        const result = lost().length > 0 ? `did not bake ${list(lost())}` : 'baked all cakes'
        return traffic.unacked.length > 0
          ? `The cake oven ${result}. Your program did not acknowledge ${list(traffic.unacked)}. When as many orders as the prefetch are unacknowledged, the broker delivers no more.`
          : `The cake oven ${result}${where}.`
      },
    )
    await trial.rest()
    const useless = breadOnly.filter((order) => traffic.delivered.includes(order))
    if (useless.length > 0)
      throw new Wrong(
        `The broker delivered ${list(useless)}, which ${either(useless, 'was', 'were')} stored without any cake: your program did not ask for a filter, so it gets every order of the day.`,
      )
    const bread = missing(trial.asked('bake'), cakes)
    if (bread.length > 0)
      throw new Wrong(
        `The cake oven baked ${list(bread)}. The broker stored ${either(bread, 'it', 'them')} in a chunk with cakes, and it delivers such a chunk as a whole.`,
      )
    return `The cake oven baked all ${cakes.length} cakes and no bread, and the broker did not deliver the bread that it had stored without cakes.`
  },
}

/**
 * Sends cakes and bread in turn, and returns the cakes. How many messages go into a chunk depends on
 * how busy the broker is, so this continues until enough bread is in chunks with cakes.
 */
async function sendMixed(broker: Witness): Promise<readonly string[]> {
  const cakes: string[] = []
  for (let round = 1; round <= 20; round++) {
    const batch = Array.from({ length: 20 }, (_, i) => cakes.length + i + 1)
    await send(
      broker,
      batch.flatMap((number) => [`cake ${number}`, `bread ${breadOnly.length + number}`]),
    )
    cakes.push(...batch.map((number) => `cake ${number}`))
    const delivered = await broker.read('orders', 'cake', cakes.at(-1) ?? '')
    // More than the prefetch of the program.
    if (missing(delivered, cakes).length > 15) break
  }
  return cakes
}

async function send(broker: Witness, orders: readonly string[]): Promise<void> {
  await broker.send('orders', orders, (order) => {
    const [product] = order.split(' ')
    return { headers: { product, 'x-stream-filter-value': product } }
  })
}
