export { defineCommand, type CommandContext, type Program } from './command.ts'
export type { LessonTour, Look, TourClaim, TourProgram } from './lesson-tour.ts'
export { series } from './series.ts'
export { stopAfter, type Usage } from './usage.ts'
