/** Ways for a text to look; the numbers are those of ANSI. */
const styles = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
} as const

export type Style = keyof typeof styles

/** Gives a text its looks, or leaves it plain. */
export type Paint = (text: string, ...looks: readonly Style[]) => string

/** Colours for a terminal; none where NO_COLOR asks for none, or where nobody would see them. */
export function paintFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>> = process.env,
): Paint {
  return isColourful(stream, env)
    ? (text, ...looks) =>
        text === '' || looks.length === 0
          ? text
          : `\u001b[${looks.map((look) => styles[look]).join(';')}m${text}\u001b[0m`
    : (text) => text
}

function isColourful(
  { isTTY = false }: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false
  if ((env['FORCE_COLOR'] ?? '') !== '') return env['FORCE_COLOR'] !== '0'
  return isTTY && env['TERM'] !== 'dumb'
}
