import type { Exercise } from '../src/course/exercise.ts'
import { Gate } from '../src/trial/gate.ts'
import { either, list, missing, Wrong } from '../src/trial/wrong.ts'

const courses = ['soup', 'bread', 'cheese', 'cake', 'coffee']

export const exercise: Exercise = {
  lesson: 'cluster',
  teaches:
    'A single active consumer keeps messages in order, and another consumer takes over when it fails.',

  async check(trial) {
    const { broker } = trial
    trial.start()
    trial.start()
    await trial.consuming(2)
    const stove = new Gate()
    trial.world('bake', async ({ about, by }) => {
      if (about === 'soup') await stove.opened
      // Not while the soup is on the stove: the other program would start everything a second time.
      const isInOrder = trial.done('bake').includes('soup')
      const isFirst = trial.asked('bake').filter((each) => each === about).length === 1
      if (about === 'cheese' && isInOrder && isFirst) await by.kill()
    })
    await broker.send('courses', courses)
    await trial.until(
      () => trial.asked('bake').length > 0,
      (where) => `Neither program bakes anything${where}.`,
    )
    await trial.calm(
      () => trial.asked('bake').some((course) => course !== 'soup'),
      () => {
        const begun = missing(trial.asked('bake'), ['soup'])
        return `While the soup was still on the stove, your program started ${list(begun)}: the broker had delivered ${either(begun, 'it', 'them')} before the soup was acknowledged.`
      },
    )
    stove.open()
    await trial.until(
      () => missing(courses, trial.done('bake')).length === 0,
      (where) =>
        `One program was killed with the cheese in the oven, and ${list(missing(courses, trial.done('bake')))} were never made${where}.`,
    )
    if (trial.done('bake').join() !== courses.join())
      throw new Wrong(`The courses were made in the wrong order: ${trial.done('bake').join(', ')}.`)
    return 'One program was killed with the cheese in the oven. The other one took over, and all courses were made in order.'
  },
}
