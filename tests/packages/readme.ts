import { readFile } from 'node:fs/promises'

/** The code blocks of a README in one language, below one heading or before the first. */
export async function readBlocks(
  file: string,
  language: string,
  heading?: string,
): Promise<readonly string[]> {
  const sections = (await readFile(file, 'utf8')).split(/^#{2,3} /m)
  const section =
    heading === undefined ? sections[0] : sections.find((each) => each.startsWith(`${heading}\n`))
  if (section === undefined) throw new Error(`${file} has no section "${heading}"`)
  const blocks = section.matchAll(/^```(\w+)\n(.*?)^```$/gms)
  return Array.from(blocks)
    .filter(([, name]) => name === language)
    .map(([, , code = '']) => code)
}

/** The commands of a console block. */
export function commandsOf(block: string): readonly string[] {
  return Array.from(block.matchAll(/^\$ (.*)$/gm), ([, command = '']) => command)
}
