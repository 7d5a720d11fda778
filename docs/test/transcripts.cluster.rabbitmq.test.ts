import { clusterPages } from '../tools/markdown.ts'
import { readersCluster } from './cluster-stage.ts'
import { testPages } from './test-pages.ts'

// Beside the other pages and not after them: a cluster takes its time to come and to go.
testPages(clusterPages(), { on: readersCluster })
