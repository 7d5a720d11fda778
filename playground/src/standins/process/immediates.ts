type Task<A extends unknown[]> = (...args: A) => void

interface Immediate {
  task: (() => void) | undefined
}

const immediates: Immediate[] = []
const { port1, port2 } = new MessageChannel()
port1.addEventListener('message', () => {
  for (const { task } of immediates.splice(0)) task?.()
})
port1.start()

export function setImmediate<A extends unknown[]>(task: Task<A>, ...args: A): Immediate {
  const immediate = { task: () => task(...args) }
  immediates.push(immediate)
  if (immediates.length === 1) port2.postMessage(undefined)
  return immediate
}

export function clearImmediate(immediate: Immediate | undefined): void {
  if (immediate !== undefined) immediate.task = undefined
}
