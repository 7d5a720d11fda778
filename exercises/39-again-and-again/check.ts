import type { Exercise } from '../src/course/exercise.ts'
import { TaskCaller } from '../src/trial/task-caller.ts'
import { times, Wrong } from '../src/trial/wrong.ts'

const delay = 300
const orders = ['toast', 'coffee', 'tea'] as const

/** When each order was tried, in milliseconds. */
type Tries = Record<(typeof orders)[number], number[]>

export const exercise: Exercise = {
  lesson: 'tasks',
  teaches:
    'With the option retry, a failed task is called again with the same id, after a delay, and its caller learns how it ended.',

  async check(trial) {
    const tries: Tries = { toast: [], coffee: [], tea: [] }
    const caller = await TaskCaller.open(trial)
    trial.world('bake', ({ about, at }) => {
      if (about !== 'toast' && about !== 'coffee' && about !== 'tea') return undefined
      tries[about].push(at)
      const fails = about === 'toast' || (about === 'coffee' && tries.coffee.length === 1)
      return fails ? Promise.reject(new Error('the oven is unreliable')) : undefined
    })
    trial.start()
    await caller.working()
    await caller.call('kitchen.bake', orders)
    await trial.until(
      () =>
        tries.toast.length > 10 ||
        orders.every((order) => /SUCCESS|FAILURE/.test(caller.stateOf(order))),
      (where) => {
        const [order = 'toast'] = orders.filter((each) => !/SUC|FAIL/.test(caller.stateOf(each)))
        return `The waiter does not know what happened to the ${order}. The last state that he was told is ${caller.stateOf(order)}, and ${count(tries)}${where}.`
      },
      { quiet: () => trial.timeouts.quiet + delay },
    )
    // A program that goes on after its last report does so now.
    if (caller.stateOf('toast') === 'SUCCESS')
      await trial.settles(() => tries.toast.length > 10, 1000)
    judgeStates(caller, tries)
    judgeTries(tries)
    return 'The tea was baked while the others waited, the coffee at the second attempt, and the toast failed three times. The waiter was told each of these results.'
  },
}

function count({ toast, coffee, tea }: Tries): string {
  return `the toast was tried ${times(toast.length)}, the coffee ${times(coffee.length)}, the tea ${times(tea.length)}`
}

function judgeStates(caller: TaskCaller, tries: Tries): void {
  const { toast } = tries
  if (toast.length > 10) {
    const span = Math.round((toast.at(-1) ?? 0) - (toast[0] ?? 0))
    throw new Wrong(
      `Your program tried the toast ${toast.length} times within ${span} ms, and told the waiter ${caller.stateOf('toast')}.`,
    )
  }
  if (caller.stateOf('toast') === 'SUCCESS')
    throw new Wrong(
      `The waiter was told SUCCESS for the toast, but all of its attempts failed (${toast.length}): a task that catches the error and returns has succeeded.`,
    )
  for (const order of ['coffee', 'tea'] as const)
    if (caller.stateOf(order) !== 'SUCCESS')
      throw new Wrong(
        `The waiter was told ${caller.stateOf(order)} for the ${order}, which was tried ${times(tries[order].length)}.`,
      )
}

function judgeTries(tries: Tries): void {
  const { toast, tea } = tries
  const [first = 0, second = 0, third = 0] = toast
  if (toast.length !== 3)
    throw new Wrong(
      `Your program should try the toast 3 times, and then let it fail, but ${count(tries)}.`,
    )
  const shortest = Math.round(Math.min(second - first, third - second))
  if (shortest < delay * 0.95)
    throw new Wrong(
      `The toast was tried again after ${shortest} ms, and should wait for ${delay} ms.`,
    )
  if ((tea[0] ?? Infinity) > second)
    throw new Wrong(
      'The tea had to wait until the toast was tried again: a task that waits occupies the only slot of the worker.',
    )
}
