import type { Theme } from 'vitepress'
// With the fonts of the packages below, a page loads nothing from other hosts.
import DefaultTheme from 'vitepress/theme-without-fonts'

import Landing from './landing/Landing.vue'
import LiveExercises from './LiveExercises.vue'
import LiveScene from './LiveScene.vue'
import LiveWorkbench from './LiveWorkbench.vue'

// oxlint-disable import/no-unassigned-import -- Vite puts the style sheets on the page
import '@fontsource-variable/ibm-plex-sans/wght.css'
import '@fontsource/ibm-plex-mono/latin-400.css'
import '@fontsource/ibm-plex-mono/latin-600.css'
import '@messaging-patterns/playground/picture.css'
import '@messaging-patterns/playground/stage.css'
import '@messaging-patterns/playground/exercises.css'
import '@messaging-patterns/playground/workbench.css'
import './style.css'
// oxlint-enable import/no-unassigned-import

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    // The config gives the first page this layout.
    app.component('landing', Landing)
    app.component('LiveScene', LiveScene)
    app.component('LiveExercises', LiveExercises)
    app.component('LiveWorkbench', LiveWorkbench)
  },
} satisfies Theme
