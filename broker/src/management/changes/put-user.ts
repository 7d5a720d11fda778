import { type Credential, User } from '../../access/users.ts'
import { badRequest } from '../format/api-error.ts'
import type { JsonObject } from '../format/json-fields.ts'
import { defaultAlgorithm, HashedPassword } from '../format/password-hash.ts'
import { tagsOf } from '../format/tags.ts'
import { textOf } from '../format/values.ts'
import type { ManagedBroker } from '../model/context.ts'

/** Creates a user without permissions, or changes the password and tags of one. */
export function putUser({ users }: ManagedBroker, name: string, json: JsonObject): void {
  if (json['tags'] === undefined) throw badRequest('tags_not_present')
  const tags = tagsOf(json['tags'])
  const credential = credentialOf(json)
  const known = users.find(name)
  if (known === undefined) users.add(new User(name, { permissions: {}, tags }, credential))
  else {
    known.tags = tags
    known.credential = credential
  }
}

/** Without a password, the user cannot log in with one. */
function credentialOf(json: JsonObject): Credential {
  const { password, password_hash: hash, hashing_algorithm: algorithm } = json
  if (password !== undefined && hash !== undefined)
    throw badRequest('both_password_and_password_hash_are_provided')
  if (password !== undefined) return HashedPassword.of(textOf(password))
  return HashedPassword.parse(textOf(hash), textOf(algorithm, defaultAlgorithm))
}
