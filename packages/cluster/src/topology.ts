/** The nodes of docker-compose.cluster.yml. Each of them can serve every queue of the cluster. */
export const nodes = ['amqp://localhost:5681', 'amqp://localhost:5682', 'amqp://localhost:5683']

/** A quorum queue: each of the three nodes has a replica of it, and one of the replicas leads. */
export const clusterQueue = { name: 'cluster', options: { type: 'quorum' } } as const
