import { badRequest } from './api-error.ts'

// RabbitMQ takes flags and numbers in JSON as text, too.

export function booleanOf(value: unknown, otherwise: boolean): boolean {
  if (value === undefined) return otherwise
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  throw badRequest(['not_boolean', value])
}

export function integerOf(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value)
  throw badRequest(['not_integer', value])
}

export function textOf(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise
}
