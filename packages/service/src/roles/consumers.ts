import type { Consumer } from '../inbox/consumer.ts'
import { mail } from '../orders/mail.ts'
import { payment } from '../orders/payment.ts'
import { saga } from '../orders/saga.ts'
import { stock } from '../orders/stock.ts'
import { projection } from '../orders/tracking.ts'

/** The roles that consume events. */
export const consumers: readonly Consumer[] = [saga, payment, stock, mail, projection]
