/** Tags in a request: a list, or a text with commas. */
export function tagsOf(json: unknown): readonly string[] {
  const tags = Array.isArray(json) ? json.map(String) : String(json).split(',')
  return tags.map((tag) => tag.trim()).filter((tag) => tag !== '')
}
