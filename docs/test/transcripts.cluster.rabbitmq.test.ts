import { clusterPages } from '../tools/markdown.ts'
import { readersCluster } from './cluster-stage.ts'
import { testPages } from './test-pages.ts'

// In its own file, to run in parallel with the other pages: a cluster takes long to start and stop.
testPages(clusterPages(), { on: readersCluster })
