export function connect(): never {
  throw new Error('amqps does not work in a page: use an amqp URL')
}
