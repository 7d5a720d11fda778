const asyncLocalStorage =
  'it is about the task queue of chapter 12, which needs AsyncLocalStorage, and no browser has that'
const ownBroker =
  'its program is a test that starts a broker of its own, and in a page only the check has a broker'

/** The exercises that cannot run in a page, and why. */
export const impossible: Readonly<Record<string, string>> = {
  '38-ready-at-noon': asyncLocalStorage,
  '39-again-and-again': asyncLocalStorage,
  '40-waiting-for-itself': asyncLocalStorage,
  '41-the-shortest-way': asyncLocalStorage,
  '42-caught-in-the-act': ownBroker,
  '43-now-and-then': ownBroker,
}
