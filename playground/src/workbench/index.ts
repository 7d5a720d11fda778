export { WorkbenchView, type WorkbenchViewOptions } from './workbench-view.ts'
