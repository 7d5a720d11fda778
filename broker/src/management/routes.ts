import type { Route } from './http/router.ts'
import { bindingRoutes } from './routes/bindings.ts'
import { connectionRoutes } from './routes/clients/connections.ts'
import { definitionRoutes } from './routes/definitions.ts'
import { exchangeRoutes } from './routes/exchanges.ts'
import { healthRoutes } from './routes/health.ts'
import { messageRoutes } from './routes/messages.ts'
import { overviewRoutes } from './routes/overview.ts'
import { permissionRoutes } from './routes/permissions.ts'
import { parameterRoutes, policyRoutes } from './routes/policies.ts'
import { queueRoutes } from './routes/queues.ts'
import { streamRoutes } from './routes/clients/streams.ts'
import { superStreamRoutes } from './routes/clients/super-streams.ts'
import { userRoutes } from './routes/users.ts'
import { vhostRoutes } from './routes/vhosts.ts'

/** All paths below /api/. A path is for the first route that it fits. */
export const routes: readonly Route[] = [
  ...overviewRoutes,
  ...connectionRoutes,
  ...exchangeRoutes,
  ...queueRoutes,
  ...bindingRoutes,
  ...messageRoutes,
  ...streamRoutes,
  ...superStreamRoutes,
  ...vhostRoutes,
  ...userRoutes,
  ...permissionRoutes,
  ...policyRoutes,
  ...parameterRoutes,
  ...definitionRoutes,
  ...healthRoutes,
]
