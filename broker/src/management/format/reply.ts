/** An answer that is not simply 200 with JSON. */
export class Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string

  constructor(status: number, headers: Readonly<Record<string, string>> = {}, body = '') {
    this.status = status
    this.headers = headers
    this.body = body
  }
}

/** `location` is relative to the path of the request. */
export function created(location?: string): Reply {
  return new Reply(201, location === undefined ? {} : { location })
}

export function noContent(): Reply {
  return new Reply(204)
}
