// What the test page of the workbench loads.
import { WorkbenchView } from '../../src/workbench/index.ts'

/** Opens a workbench as the site does. */
globalThis.openWorkbench = async () => {
  const view = new WorkbenchView({ files: '/' })
  document.body.replaceChildren(view.element)
  await view.begin()
}
