/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [name: string]: Json
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isArray(value)
}

/** Unlike `Array.isArray`, it also narrows the type of a readonly array. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** Throws a SyntaxError. */
export function parseJson(text: string): Json {
  return JSON.parse(text)
}

/** A string, number or boolean as text; nothing for anything else. */
export function scalarText(value: Json | undefined): string {
  return typeof value === 'object' || value === undefined ? '' : String(value)
}
