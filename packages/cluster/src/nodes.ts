/** The nodes of docker-compose.cluster.yml. Any of them will do, for every queue of the cluster. */
const nodes = ['amqp://localhost:5681', 'amqp://localhost:5682', 'amqp://localhost:5683']

/**
 * Makes the cluster what a program connects to when nobody says otherwise. With one node in the list
 * its end would be the end of the program; a session takes the first that answers, then the next.
 */
export function preferCluster(): void {
  process.env['AMQP_URL'] ??= nodes.join(',')
}
