export { ExercisesView, type ExercisesViewOptions } from './exercises-view.ts'
