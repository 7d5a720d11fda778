// A program that prints after which steps its tasks still know who they are.
import { AsyncLocalStorage } from 'node:async_hooks'

const current = new AsyncLocalStorage<string>()
const seen: string[] = []
const see = (step: string): unknown => seen.push(step + ' ' + current.getStore())
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2))

async function* twice() {
  for (const step of ['first', 'second']) {
    await pause()
    yield step
  }
}

async function task(): Promise<void> {
  await pause()
  see('timer')
  await Promise.reject(new Error('no')).catch(() => see('catch'))
  await Promise.all([pause(), pause()]).finally(() => see('finally'))
  try {
    await Promise.reject(new Error('no'))
  } catch {
    see('rejected')
  }
  for await (const step of twice()) see(step)
  await (async () => pause().then(() => see('inner')))()
  see('last')
}

const tasks = ['A', 'B'].map((name) => current.run(name, task))
for (let turn = 0; turn < 20; turn++) {
  await pause()
  if (current.getStore() !== undefined) see('outside')
}
await Promise.all(tasks)
process.stdout.write(`${seen.toSorted().join(', ')}\n`)
