import { exportDefinitions, exportVhost } from '../definitions/export-definitions.ts'
import { importDefinitions, importIntoVhost } from '../definitions/import-definitions.ts'
import { badRequest, missing } from '../format/api-error.ts'
import { isObject, type JsonObject } from '../format/json-fields.ts'
import { noContent } from '../format/reply.ts'
import type { ApiRequest } from '../http/api-request.ts'
import type { Route } from '../http/router.ts'

export const definitionRoutes: readonly Route[] = [
  { path: 'definitions', role: 'administrator', get: exportAll, post: importAll },
  { path: 'definitions/:vhost', role: 'administrator', get: exportOne, post: importOne },
]

function exportAll({ broker }: ApiRequest): unknown {
  return exportDefinitions(broker)
}

function exportOne(request: ApiRequest): unknown {
  const vhost = request.broker.vhosts.get(request.param('vhost'))
  if (vhost === undefined) throw badRequest('vhost_not_found')
  return exportVhost(request.broker, vhost)
}

function importAll(request: ApiRequest): unknown {
  importDefinitions(request.broker, definitionsIn(request))
  return noContent()
}

function importOne(request: ApiRequest): unknown {
  const vhost = request.broker.vhosts.get(request.param('vhost'))
  if (vhost === undefined) throw missing('vhost_not_found')
  importIntoVhost(vhost, definitionsIn(request))
  return noContent()
}

/** The body, or the file in it that a form or `curl -F` sends. */
function definitionsIn(request: ApiRequest): JsonObject {
  const isForm = request.header('content-type')?.startsWith('multipart/form-data') === true
  const definitions = parse(isForm ? firstPart(request.body) : request.body)
  if (!isObject(definitions)) throw badRequest('failed_to_parse_json')
  return definitions
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What is between the headers of the first part and the next boundary. */
function firstPart(form: string): string {
  const boundary = form.slice(0, form.indexOf('\r\n'))
  const start = form.indexOf('\r\n\r\n') + 4
  return form.slice(start, form.indexOf(`\r\n${boundary}`, start))
}
