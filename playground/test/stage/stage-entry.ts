// What the test page of the stage loads.
import { scenes } from '../../src/scenes/index.ts'
import { StageView } from '../../src/stage/index.ts'

declare global {
  /** Only on the test page of the stage. */
  var openStageView: (id: string) => void
}

let view: StageView | undefined

/** Opens the scene with this id, as the site does. */
globalThis.openStageView = (id) => {
  view?.[Symbol.dispose]()
  const scene = scenes.find((each) => each.id === id)
  if (scene === undefined) throw new Error(`there is no scene ${id}`)
  view = new StageView({ scene, files: '/' })
  document.body.replaceChildren(view.element)
  view.prepare()
}
