import { expect, test } from 'vitest'

import { openDatabase } from '../src/storage/open-database.ts'
import { serverUrl, testDatabase } from './database.ts'

test.skipIf(serverUrl === undefined)(
  'a process can start while another one is working (needs DATABASE_URL)',
  async () => {
    await using files = await testDatabase()
    await using first = await openDatabase(files.url)
    await first.transaction(async (transaction) => {
      await transaction.query('lock table outbox in row exclusive mode')
      await transaction.query("update products set available = 1 where sku = 'tea'")
      await using second = await openDatabase(files.url)
      expect(await second.query('select sku from products')).toHaveLength(3)
    })
  },
)
