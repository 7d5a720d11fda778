// What the test page of the workbench loads.
import { WorkbenchView } from '../../src/workbench/index.ts'

declare global {
  /** Only on the test page of the workbench. */
  var openWorkbench: () => Promise<void>
}

/** Opens a workbench as the site does. */
globalThis.openWorkbench = async () => {
  const view = new WorkbenchView({ files: '/' })
  document.body.replaceChildren(view.element)
  await view.begin()
}
