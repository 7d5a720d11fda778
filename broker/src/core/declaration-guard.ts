/** Checks what a client may declare; the core does not know about users. */
export interface DeclarationGuard {
  /** Throws unless the client may declare something of this name. */
  declare(name: string): void
  /** Throws unless the client may create something of this name that forwards to `exchange`. */
  forward(name: string, exchange: string): void
}
