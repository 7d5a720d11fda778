/** What the broker calls the cluster of which its only node is. */
export const clusterName = 'messaging-patterns'
