import { sourcePages } from '../tools/site/sources.ts'

/** The pages with whole programs, which are generated when the site is built. */
export default {
  paths: () => sourcePages().map(({ page, content }) => ({ params: { page }, content })),
}
