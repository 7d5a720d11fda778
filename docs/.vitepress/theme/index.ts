// With the fonts of the reader's system, a page loads nothing from other hosts.
import Theme from 'vitepress/theme-without-fonts'

// oxlint-disable-next-line import/no-unassigned-import -- Vite puts the style sheet on the page
import './style.css'

export default Theme
