/** Checks whether a client may declare an exchange or queue; the core knows nothing about users. */
export interface DeclarationGuard {
  /** Throws if the client may not declare one of this name. */
  checkDeclare(name: string): void
  /** Throws if the client may not create one of this name that forwards messages to `exchange`. */
  checkForward(name: string, exchange: string): void
}
