/** The descriptors of the sections that a message consists of. */
export const section = {
  header: 0x70,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  sequence: 0x76,
  value: 0x77,
} as const

/** The property `type` of a message whose body is sections of AMQP 1.0. */
export const amqp10Type = 'amqp-1.0'

export const filterValueHeader = 'x-stream-filter-value'
