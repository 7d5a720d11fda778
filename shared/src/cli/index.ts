export { countOption } from './arguments.ts'
export type { LessonTour, Look, TourClaim, TourProgram } from './lesson.ts'
export { runCommand, type Command, type CommandContext } from './run-command.ts'
export { series } from './series.ts'
