import { createPrivateKey, X509Certificate } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { CertificateAuthority } from '../../src/index.ts'

describe('a certificate authority', () => {
  it('signs itself, and the certificates that it issues', () => {
    const authority = new CertificateAuthority('tests')
    const own = new X509Certificate(authority.cert)
    const issued = new X509Certificate(authority.issue({ subject: { CN: 'orders' } }).cert)
    expect(own).toMatchObject({ subject: 'CN=tests', issuer: 'CN=tests', ca: true })
    expect(issued).toMatchObject({ subject: 'CN=orders', issuer: 'CN=tests', ca: false })
    for (const certificate of [own, issued]) {
      expect(certificate.checkIssued(own)).toBe(true)
      expect(certificate.verify(own.publicKey)).toBe(true)
    }
  })

  it('gives each certificate a key and a serial number of its own', () => {
    const authority = new CertificateAuthority()
    const [one, two] = [1, 2].map(() => {
      const { cert, key } = authority.issue({ subject: { CN: 'x' } })
      expect(new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))).toBe(true)
      return new X509Certificate(cert)
    })
    expect(one?.serialNumber).not.toBe(two?.serialNumber)
  })

  it('issues certificates that are valid now, also for a clock that is a little behind', () => {
    const { cert } = new CertificateAuthority().issue({ subject: { CN: 'x' } })
    const { validFrom, validTo } = new X509Certificate(cert)
    const minutes = (text: string): number => Math.round((Date.parse(text) - Date.now()) / 60_000)
    expect([minutes(validFrom), minutes(validTo)]).toEqual([-60, 365 * 24 * 60])
  })

  it.each(['localhost', 'a.example.com'])('issues a certificate for the host %s', (host) => {
    const { cert } = new CertificateAuthority().issue({ subject: { CN: 'x' }, hosts: [host] })
    expect(new X509Certificate(cert).checkHost(host)).toBe(host)
    expect(new X509Certificate(cert).checkHost('other')).toBeUndefined()
  })

  it.each(['127.0.0.1', '::1', '::', 'fe80::1:2', '2001:db8:0:1:2:3:4:5', '1::'])(
    'issues a certificate for the address %s',
    (address) => {
      const hosts = ['localhost', address]
      const { cert } = new CertificateAuthority().issue({ subject: { CN: 'x' }, hosts })
      expect(new X509Certificate(cert).checkIP(address)).toBe(address)
      expect(new X509Certificate(cert).checkIP('::2')).toBeUndefined()
    },
  )

  it('writes names of any length and language', () => {
    const subject = { O: 'Ä'.repeat(200), OU: 'a,b+c="d"', CN: 'é' }
    const { cert } = new CertificateAuthority().issue({ subject })
    expect(new X509Certificate(cert).subject).toBe(
      `O=${subject.O}\nOU=a\\,b\\+c=\\"d\\"\nCN=${subject.CN}`,
    )
  })
})
