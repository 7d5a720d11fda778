/** The terminals of the page have no colors. */
export class WriteStream {
  getColorDepth(): number {
    return 1
  }
}
