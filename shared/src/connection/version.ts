/** Whether a version is older than another: 4.2.10 is older than 4.3. */
export function isOlder(version: string, minimum: string): boolean {
  return version.localeCompare(minimum, 'en', { numeric: true }) < 0
}
