/** A value of AMQP 1.0, with its type. */
export type Value =
  | { readonly type: 'null'; readonly value: undefined }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: SmallNumberType; readonly value: number }
  | { readonly type: 'long' | 'ulong' | 'timestamp'; readonly value: number | bigint }
  | { readonly type: 'binary' | 'uuid'; readonly value: Uint8Array }
  | { readonly type: 'utf8' | 'symbol'; readonly value: string }
  | { readonly type: 'list' | 'array'; readonly value: readonly Value[] }
  | { readonly type: 'map'; readonly value: readonly Entry[] }
  | { readonly type: 'described'; readonly value: Described }
  /** A type that AMQP 0-9-1 has no counterpart for: decimals and characters. */
  | { readonly type: 'other'; readonly value: undefined }

type SmallNumberType = 'ubyte' | 'ushort' | 'uint' | 'byte' | 'short' | 'int' | 'float' | 'double'

export type Entry = readonly [key: Value, value: Value]

export interface Described {
  readonly descriptor: Value
  readonly content: Value
}
