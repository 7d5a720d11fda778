/** The name of the only node. */
export const nodeName = 'messaging-patterns@localhost'

/** As the server properties name it. */
export const clusterName = 'messaging-patterns'
