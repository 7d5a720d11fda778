export type * from './api.ts'
export { openLab } from './lab.ts'
