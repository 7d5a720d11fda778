import { runCli } from '../../src/cli.ts'
import { VirtualHost } from '../../src/core/vhost.ts'

// The command line with a bug in the broker.
VirtualHost.prototype.declareExchange = () => {
  throw new Error('a bug')
}

process.exitCode = await runCli(process.argv.slice(2))
