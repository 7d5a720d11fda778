import { randomUUID } from 'node:crypto'

import type { CurrentBroker, Management, Outcome } from '@messaging-patterns/testkit'
import { expect } from 'vitest'

/** A user's permissions: patterns of the names that it may configure, write to and read from. */
export interface Rights {
  readonly configure: string
  readonly write: string
  readonly read: string
}

/** A user of the test broker's virtual host, whose password must not appear in any output. */
export class SecretUser implements AsyncDisposable {
  readonly name = `user-${randomUUID()}`
  readonly password = `s3cret!marked#${randomUUID()}`
  readonly url: string
  readonly #management: Management

  private constructor(broker: CurrentBroker, management: Management) {
    const url = new URL(broker.url)
    url.username = this.name
    url.password = encodeURIComponent(this.password)
    this.url = url.href
    this.#management = management
  }

  static async create(broker: CurrentBroker, permissions: Rights): Promise<SecretUser> {
    if (broker.management === undefined) throw new Error('the broker has no management API')
    const user = new SecretUser(broker, broker.management)
    const { password } = user
    await broker.management.request('PUT', `users/${user.name}`, { password, tags: '' })
    const path = `permissions/${encodeURIComponent(broker.vhost)}/${user.name}`
    await broker.management.request('PUT', path, permissions)
    return user
  }

  /** Checks for the password as it is, as encoded in a URL, and as sent by SASL PLAIN. */
  expectNoSecretIn({ stdout, stderr }: Pick<Outcome, 'stdout' | 'stderr'>): void {
    const { name, password } = this
    const secrets = [password, encodeURIComponent(password), new URL(this.url).password]
    const encoded = [password, `\0${name}\0${password}`].flatMap((text) =>
      (['base64', 'hex'] as const).map((encoding) => Buffer.from(text).toString(encoding)),
    )
    for (const secret of [...secrets, ...encoded]) expect(stdout + stderr).not.toContain(secret)
    // Half of it would be a leak too.
    expect(stdout + stderr).not.toMatch(/s3cret|marked/)
  }

  /** Its URL with some parts changed. */
  urlWith(change: (url: URL) => void): string {
    const url = new URL(this.url)
    change(url)
    return url.href
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#management.request('DELETE', `users/${this.name}`)
  }
}
