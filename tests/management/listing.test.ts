import { beforeEach, expect } from 'vitest'

import type { Api } from './support/api.ts'
import { test } from './support/management.ts'

const names = ['alpha', 'beta', 'gamma', 'delta']

beforeEach<{ api: Api; vhost: string }>(async ({ api, vhost }) => {
  for (const name of names) await api.put(`queues/${vhost}/${name}`, { durable: true })
})

const inOrder = names.toSorted().map((name) => ({ name }))

test('lists everything in the order of the names', async ({ api, vhost }) => {
  expect((await api.get(`queues/${vhost}?columns=name`)).body).toEqual(inOrder)
})

test('sorts by a column', async ({ api, vhost }) => {
  const path = `queues/${vhost}?columns=name&sort=name`
  expect((await api.get(path)).body).toEqual(inOrder)
  expect((await api.get(`${path}&sort_reverse=true`)).body).toEqual(inOrder.toReversed())
})

test('shows columns inside of others, and an empty list instead of nothing', async ({
  api,
  vhost,
}) => {
  const path = `queues/${vhost}/alpha`
  expect((await api.get(`${path}?columns=name,arguments.x-queue-type`)).body).toEqual({
    name: 'alpha',
    arguments: { 'x-queue-type': 'classic' },
  })
  expect((await api.get(`queues/${vhost}?columns=nope`)).body).toEqual([[], [], [], []])
})

test('shows columns of anything that has a path of its own', async ({ api, vhost }) => {
  const policy = { pattern: '^x', definition: { 'max-length': 1 } }
  await api.put(`policies/${vhost}/p`, policy)
  for (const path of ['whoami', 'users/guest', `vhosts/${vhost}`, `policies/${vhost}/p`]) {
    const { body } = await api.get(`${path}?columns=name`)
    expect([path, Object.keys(body as object)]).toEqual([path, ['name']])
  }
  const user = { user: 'guest' }
  expect((await api.get(`permissions/${vhost}/guest?columns=user`)).body).toEqual(user)
  expect((await api.get(`vhosts/${vhost}/permissions?columns=user`)).body).toEqual([user])
})

const page = { page: 1, page_count: 1, page_size: 100, total_count: 4 }

test('shows a page of at most a hundred, if a page is asked for', async ({ api, vhost }) => {
  expect((await api.get(`queues/${vhost}?page=1&columns=name`)).body).toEqual({
    ...page,
    filtered_count: 4,
    item_count: 4,
    items: inOrder,
  })
  expect((await api.get(`queues/${vhost}?page_size=1&columns=name`)).body).toEqual(inOrder)
})

test('shows pages of any size', async ({ api, vhost }) => {
  expect((await api.get(`queues/${vhost}?page=2&page_size=3&columns=name`)).body).toEqual({
    page: 2,
    page_count: 2,
    page_size: 3,
    total_count: 4,
    filtered_count: 4,
    item_count: 1,
    items: [{ name: 'gamma' }],
  })
})

test('filters the names on a page by a part, or by a regular expression', async ({
  api,
  vhost,
}) => {
  const found = (items: readonly string[]) => ({
    ...page,
    page_count: items.length === 0 ? 0 : 1,
    filtered_count: items.length,
    item_count: items.length,
    items: items.map((name) => ({ name })),
  })
  const path = `queues/${vhost}?page=1&columns=name`
  expect((await api.get(`${path}&name=ta`)).body).toEqual(found(['beta', 'delta']))
  expect((await api.get(`${path}&name=ta&use_regex=false`)).body).toEqual(found(['beta', 'delta']))
  expect((await api.get(`${path}&name=%5E[ag]&use_regex=true`)).body).toEqual(
    found(['alpha', 'gamma']),
  )
  expect((await api.get(`${path}&name=%5B&use_regex=true`)).body).toEqual(found([]))
})

const failures = [
  ['page=99&page_size=2', 'page_out_of_range', 'Page out of range, page: 99 page size: 2, len: 4'],
  ['page=x', 'bad_request', 'Pagination parameters are invalid'],
  [
    'page=0',
    'invalid_pagination_parameters',
    'Invalid pagination parameters: page number 0, page size undefined',
  ],
  [
    'page=1&page_size=501',
    'invalid_pagination_parameters',
    'Invalid pagination parameters: page number 1, page size 501',
  ],
] as const

test.for(failures)('rejects %s', async ([query, error, reason], { api, vhost }) => {
  expect(await api.get(`queues/${vhost}?${query}`)).toMatchObject({
    status: 400,
    body: { error, reason },
  })
})

test('has pages of exchanges and users, and none of permissions and bindings', async ({
  api,
  vhost,
}) => {
  expect((await api.get(`exchanges/${vhost}?page=1&page_size=3&columns=name`)).body).toMatchObject({
    item_count: 3,
    items: [{ name: '' }, { name: 'amq.direct' }, { name: 'amq.fanout' }],
  })
  expect((await api.get('users?page=1')).body).toMatchObject({ page: 1 })
  expect((await api.get('permissions?page=1')).body).toBeInstanceOf(Array)
  expect((await api.get(`bindings/${vhost}?page=1`)).body).toBeInstanceOf(Array)
})
