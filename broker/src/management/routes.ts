import { bindingRoutes } from './routes/bindings.ts'
import { connectionRoutes } from './routes/connections.ts'
import { exchangeRoutes } from './routes/exchanges.ts'
import { overviewRoutes } from './routes/overview.ts'
import { queueRoutes } from './routes/queues.ts'
import type { Route } from './router.ts'

/** All paths below /api/. A path is for the first route that it fits. */
export const routes: readonly Route[] = [
  ...overviewRoutes,
  ...connectionRoutes,
  ...exchangeRoutes,
  ...queueRoutes,
  ...bindingRoutes,
]
