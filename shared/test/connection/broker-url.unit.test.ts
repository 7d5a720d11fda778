import { describe, expect, test } from 'vitest'

import { connectOptions, maskText, parseUrls } from '../../src/connection/broker-url.ts'
import { MessagingError } from '../../src/errors/messaging-error.ts'

describe('the URL of a broker', () => {
  test('several may be listed with commas', () => {
    const urls = parseUrls('amqp://a,amqps://b:5671/v,amqp://c')
    expect(urls.map(({ host }) => host)).toEqual(['a', 'b:5671', 'c'])
  })

  test('by default means guest, 5672 and the default virtual host', () => {
    const [url] = parseUrls('amqp://somewhere')
    expect(url && connectOptions(url)).toEqual({
      protocol: 'amqp',
      hostname: 'somewhere',
      port: 5672,
      username: 'guest',
      password: 'guest',
      vhost: '',
    })
  })

  test('may contain escaped characters and IPv6 addresses', () => {
    const [url] = parseUrls('amqps://us%40er:p%2Fss@[::1]/my%2Fvhost')
    expect(url && connectOptions(url)).toEqual({
      protocol: 'amqps',
      hostname: '::1',
      port: 5671,
      username: 'us@er',
      password: 'p/ss',
      vhost: 'my%2Fvhost',
    })
  })

  test.each([
    'localhost:5672',
    'http://localhost',
    'amqp://',
    'amqp://u:secret@',
    '',
    'user:secret@host',
    'amqp//u:secret@h',
    'amq://u:my secret@h',
    'amqp://u:sec%ret@h',
    'u:secret@localhost',
    'amqp:/u:secret@localhost',
    'amqp:/ /u:sec@secret@localhost/v',
  ])('"%s" is refused with INVALID_URL, without its password', (text) => {
    let error: unknown
    try {
      parseUrls(text)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code: 'INVALID_URL' })
    expect(String(error)).not.toContain('secret')
  })

  test('is not masked in the advice on how to write one', () => {
    expect(() => parseUrls('localhost')).toThrow(MessagingError)
    try {
      parseUrls('localhost')
    } catch (error) {
      const { message, remedy } = error as MessagingError
      const line = `error: ${message}; ${remedy}`
      expect(line).toContain('amqp://USER:PASSWORD@HOST:5672/VHOST')
      expect(maskText(line)).toBe(line)
    }
  })

  test.each([
    ['see amqp://u:secret@h:1/v, amqps://x:secret@y', 'see amqp://u:***@h:1/v, amqps://x:***@y'],
    ['amqp://u:sec@ret@h', 'amqp://u:***@h'],
    ['amqp://:secret@h', 'amqp://:***@h'],
    ['amqp://u@h/a:b@c', 'amqp://u@h/a:b@c'],
    ['amqp://u:amqp://USER:PASSWORD@HOST:5672/VHOST,secret@h', 'amqp://u:***@h'],
    ['amqp://USER:PASSWORD@HOST:5672/VHOST,amqp://u:secret@h', 'amqp://USER:***@h'],
    ['amqp://USER:PASSWORD@HOST:5672/VHOSTsecret@h', 'amqp://USER:***@h'],
  ])('"%s" is masked as "%s"', (text, shown) => {
    expect(maskText(text)).toBe(shown)
  })
})
