export { ExercisesView, type ExercisesViewOptions } from './exercises-view.ts'
export { impossible } from './impossible.ts'
