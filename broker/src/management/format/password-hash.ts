import { createHash, randomBytes } from 'node:crypto'

import { type Credential, PlainPassword } from '../../access/users.ts'
import { badRequest } from './api-error.ts'
import { fromBase64 } from './base64.ts'

const algorithms: Readonly<Record<string, string>> = {
  rabbit_password_hashing_sha256: 'sha256',
  rabbit_password_hashing_sha512: 'sha512',
}

/** RabbitMQ's name for it. */
export const defaultAlgorithm = 'rabbit_password_hashing_sha256'

const saltLength = 4

/** A password of which only the hash is known, as RabbitMQ stores and exports it. */
export class HashedPassword implements Credential {
  /** Salt and digest in Base64; empty for a user who cannot log in with a password. */
  readonly hash: string
  readonly algorithm: string

  private constructor(hash: string, algorithm: string) {
    this.hash = hash
    this.algorithm = algorithm
  }

  static of(password: string): HashedPassword {
    const hash = hashOf(password, randomBytes(saltLength), defaultAlgorithm)
    return new HashedPassword(hash, defaultAlgorithm)
  }

  /** Throws an ApiError if this is not a hash. */
  static parse(hash: string, algorithm: string): HashedPassword {
    if (!Object.hasOwn(algorithms, algorithm)) throw badRequest('unknown_hashing_algorithm')
    fromBase64(hash)
    return new HashedPassword(hash, algorithm)
  }

  matches(password: string): boolean {
    if (this.hash === '') return false
    const salt = Buffer.from(this.hash, 'base64').subarray(0, saltLength)
    return hashOf(password, salt, this.algorithm) === this.hash
  }
}

function hashOf(password: string, salt: Uint8Array, algorithm: string): string {
  const hash = createHash(algorithms[algorithm] ?? 'sha256')
  return Buffer.concat([salt, hash.update(salt).update(password).digest()]).toString('base64')
}

const hashes = new WeakMap<Credential, HashedPassword>()

/** The hash of a password; always the same one for the same credential. */
export function hashedPassword(credential: Credential): HashedPassword {
  if (credential instanceof HashedPassword) return credential
  const known = hashes.get(credential)
  if (known !== undefined) return known
  const hashed =
    credential instanceof PlainPassword
      ? HashedPassword.of(credential.password)
      : HashedPassword.parse('', defaultAlgorithm)
  hashes.set(credential, hashed)
  return hashed
}
