import { BrokerPicture, type PictureOptions } from './broker-picture.ts'
import type { Selection } from './drawing/panel.ts'
import type { Update } from './state/update.ts'

export type { PictureOptions } from './broker-picture.ts'
export type { Selection } from './drawing/panel.ts'
export type * from './state/update.ts'

/** A picture of a broker, in a page. */
export interface Picture extends Disposable {
  /** Shows what has happened, after everything that it was told before. */
  update(update: Update): void
  /** How fast messages move: 1 for a human pace, 0.25 for slow motion, 0 to stand still. */
  setRate(rate: number): void
  /** Opens the panel about a message or a node, or closes it. */
  select(selection: Selection | undefined): void
  /** Says something below the picture, such as that it leaves messages out. */
  setNotice(text: string): void
  /** Empties the picture, for a broker that has restarted, or that is down. It says so until there is something to show. */
  clear(says?: string): void
}

/** Draws a broker into an element. The page needs the styles of picture.css. */
export function drawPicture(parent: HTMLElement, options: PictureOptions = {}): Picture {
  let picture = new BrokerPicture(parent, options)
  let [rate, notice] = [1, '']
  return {
    update: (update) => picture.update(update),
    setRate(value) {
      rate = value
      picture.setRate(value)
    },
    select: (selection) => picture.select(selection),
    setNotice(text) {
      notice = text
      picture.setNotice(text)
    },
    clear(says) {
      picture.dispose()
      picture = new BrokerPicture(parent, options, says)
      picture.setRate(rate)
      picture.setNotice(notice)
    },
    [Symbol.dispose]: () => picture.dispose(),
  }
}
