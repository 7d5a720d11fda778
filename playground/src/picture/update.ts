/** What a picture is told. */
export type * from './state/update.ts'
