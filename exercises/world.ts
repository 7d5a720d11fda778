// The world outside your programs: the oven, the screens, the till, the bank. While `pnpm exercises`
// checks a program, the check plays these parts: it can be slow, fail, or kill the program meanwhile.
// When you start a program yourself, they print what they are asked to do.

/** Bakes an order. Takes its time, and rejects when the oven is broken. */
export const bake = (order: string): Promise<void> => ask('bake', order)

/** Shows a line on the screen of this program. */
export const show = (line: string): Promise<void> => ask('show', line)

/** Tells the customer at the till that the order is taken. There is no way back from this. */
export const accept = (order: string): Promise<void> => ask('accept', order)

/** Tells the customer at the till that the order cannot be taken. */
export const refuse = (order: string): Promise<void> => ask('refuse', order)

/** Charges the customer's card. The bank does nothing when it has seen the same key before. */
export const charge = (order: string, key: string): Promise<void> => ask('charge', order, key)

let calls = 0

async function ask(name: string, ...args: readonly string[]): Promise<void> {
  const { channel } = process
  if (process.send === undefined || channel === undefined) {
    console.log(`${name}(${args.join(', ')})`)
    return
  }
  const call = ++calls
  // The program must not end before the answer has come.
  channel.ref()
  process.send({ call, name, args, at: performance.timeOrigin + performance.now() })
  try {
    await new Promise<void>((resolve, reject) => {
      process.on('message', function listen(answer: { call?: number; error?: string }) {
        if (answer.call !== call) return
        process.off('message', listen)
        if (answer.error === undefined) resolve()
        else reject(new Error(answer.error))
      })
    })
  } finally {
    channel.unref()
  }
}
