/** What was on the page at a moment. */
export interface Frame {
  readonly time: number
  /** What the nodes of the picture are called, by their ids: `p:worker-1`. */
  readonly nodes: Readonly<Record<string, string>>
  /** The text of each terminal, by the name of its program. */
  readonly terminals: Readonly<Record<string, string>>
}

export interface ClockPage {
  readonly frames: readonly Frame[]
  press(button: string): Promise<void>
  close(): void
}

declare global {
  /** Only on the test page of a scene. */
  var openScene: (id: string) => ClockPage
  var shownScene: ClockPage
}
