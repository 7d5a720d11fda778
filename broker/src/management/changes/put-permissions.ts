import type { Permissions } from '../../settings/options.ts'
import { badRequest } from '../format/api-error.ts'
import type { JsonObject } from '../format/json-fields.ts'
import { problemWithRegExp } from '../format/regular-expression.ts'
import type { ManagedBroker } from '../model/context.ts'

/** Sets what a user may do in a virtual host; `json` names both. */
export function putPermissions(broker: ManagedBroker, json: JsonObject): void {
  const vhost = broker.vhosts.get(String(json['vhost']))
  const user = broker.users.find(String(json['user']))
  if (vhost === undefined || user === undefined) throw badRequest('vhost_or_user_not_found')
  const permissions: Permissions = {
    configure: pattern(json['configure']),
    write: pattern(json['write']),
    read: pattern(json['read']),
  }
  user.setPermissions(vhost.vhost, permissions)
}

function pattern(json: unknown): string {
  const text = String(json)
  const problem = problemWithRegExp(text)
  if (problem !== undefined) throw badRequest(['invalid_regexp', text, problem])
  return text
}
