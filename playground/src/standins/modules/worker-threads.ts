export function Worker(): never {
  throw new Error('a program in a page cannot start threads: run its worker in a terminal')
}
