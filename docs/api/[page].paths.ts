import { referencePages } from '../tools/api/reference.ts'

/** The pages of the API reference, which are generated when the site is built. */
export default {
  paths: () => referencePages().map(({ page, content }) => ({ params: { page }, content })),
}
