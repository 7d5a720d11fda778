export { StageView, type StageViewOptions } from './stage-view.ts'
export { TerminalView, type TerminalOptions } from './terminal-view.ts'
export { TimeControls, type TimeOptions } from './time-controls.ts'
