import type { Exercise } from '../src/course/exercise.ts'
import { list, missing, Wrong } from '../src/trial/wrong.ts'

const news = ['line 1', 'line 2', 'line 3', 'line 4', 'line 5', 'line 6']

export const exercise: Exercise = {
  lesson: 'pubsub',
  teaches:
    'An exchange copies a message into every bound queue; consumers of one queue share its messages.',

  async check(trial) {
    const { broker } = trial
    const screens = [trial.start(), trial.start()]
    await trial.consuming(2)
    let routed = true
    for (const line of news) routed = await broker.publish('news', line)
    if (!routed)
      throw new Wrong('No queue is bound to the exchange "news": the broker dropped all 6 lines.')
    const shown = (): string[][] =>
      screens.map((screen) =>
        trial
          .calls('show')
          .filter(({ by }) => by === screen)
          .map(({ about }) => about),
      )
    await trial.until(
      () => shown().every((lines) => missing(news, lines).length === 0),
      () => {
        const [one = [], other = []] = shown()
        return one.length + other.length === news.length
          ? `The screens shared the news: one shows ${list(one)}, the other ${list(other)}. Both consume from the same queue.`
          : `One screen shows ${list(one)}, and the other ${list(other)}.`
      },
    )
    await trial.rest()
    for (const lines of shown())
      if (lines.length > news.length)
        throw new Wrong(`A screen shows ${lines.length} lines, but there are only ${news.length}.`)
    return 'Both screens show all 6 lines: each has its own queue, with a copy of each message.'
  },
}
