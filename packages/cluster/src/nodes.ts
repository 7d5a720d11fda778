/** The nodes of docker-compose.cluster.yml. Any of them will do, for every queue of the cluster. */
const nodes = ['amqp://localhost:5681', 'amqp://localhost:5682', 'amqp://localhost:5683']

// One node in the list would be one whose end is the end of the program. A session takes the first
// that answers, and when that one goes, the next.
process.env['AMQP_URL'] ??= nodes.join(',')
