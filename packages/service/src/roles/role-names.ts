/** The parts of the service. They can run in one process, or each in its own, more than once. */
export const roleNames = ['api', 'relay', 'saga', 'payment', 'stock', 'mail', 'projection'] as const

export type RoleName = (typeof roleNames)[number]
