import { X509Certificate } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { userNameOf } from '../../src/tls/certificate-name.ts'

// From openssl req -x509 -multivalue-rdn -subj '/C=DE/ST=Bavaria/L=Munich/CN=a b+OU=B/CN=c/
// emailAddress=x@y.z/serialNumber=12/title=Dr/GN=G/SN=S/initials=I/generationQualifier=Q/pseudonym=P/
// DC=example'. The names are what rabbit_ssl:peer_cert_auth_name of RabbitMQ 4.3 makes of it.
const certificate = new X509Certificate(`
-----BEGIN CERTIFICATE-----
MIIDCzCCArGgAwIBAgIUUko/YJDtxjbdnZRhgvL/zHXD4YQwCgYIKoZIzj0EAwIw
gdkxCzAJBgNVBAYTAkRFMRAwDgYDVQQIDAdCYXZhcmlhMQ8wDQYDVQQHDAZNdW5p
Y2gxFjAIBgNVBAsMAUIwCgYDVQQDDANhIGIxCjAIBgNVBAMMAWMxFDASBgkqhkiG
9w0BCQEWBXhAeS56MQswCQYDVQQFEwIxMjELMAkGA1UEDAwCRHIxCjAIBgNVBCoM
AUcxCjAIBgNVBAQMAVMxCjAIBgNVBCsMAUkxCjAIBgNVBCwMAVExCjAIBgNVBEEM
AVAxFzAVBgoJkiaJk/IsZAEZFgdleGFtcGxlMCAXDTI2MTEyNjA3MjcxOFoYDzIx
MjYxMTAyMDcyNzE4WjCB2TELMAkGA1UEBhMCREUxEDAOBgNVBAgMB0JhdmFyaWEx
DzANBgNVBAcMBk11bmljaDEWMAgGA1UECwwBQjAKBgNVBAMMA2EgYjEKMAgGA1UE
AwwBYzEUMBIGCSqGSIb3DQEJARYFeEB5LnoxCzAJBgNVBAUTAjEyMQswCQYDVQQM
DAJEcjEKMAgGA1UEKgwBRzEKMAgGA1UEBAwBUzEKMAgGA1UEKwwBSTEKMAgGA1UE
LAwBUTEKMAgGA1UEQQwBUDEXMBUGCgmSJomT8ixkARkWB2V4YW1wbGUwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAATIZHtmmkX/adx8xMkxq7qYnetFkzu9ab/qRSkh
5qRbXdqP926c6YjIB3cVx/7bByjIs9T/KSy4dNT1zXhFmP5mo1MwUTAdBgNVHQ4E
FgQUPDs9V3HY0VfzKd0alB7J8SJ15BIwHwYDVR0jBBgwFoAUPDs9V3HY0VfzKd0a
lB7J8SJ15BIwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAypc4
Pg6lg282S2Lt02Vxj32lZvctkkwUhXl3FYKGIWMCIFhei4wk0Kl5XPqVPAW4XOzR
Ywo74SXg4qPgv7Iti/Dd
-----END CERTIFICATE-----
`)

describe('the name of a certificate', () => {
  it('is its subject from the last part to the first, with the names of RFC 4514', () => {
    expect(userNameOf(certificate, 'distinguished_name')).toBe(
      'DC=example,PSEUDONYM=P,GENERATIONQUALIFIER=Q,INITIALS=I,SN=S,GIVENNAME=G,TITLE=Dr,' +
        'SERIALNUMBER=12,EMAILADDRESS=x@y.z,CN=c,OU=B+CN=a b,L=Munich,ST=Bavaria,C=DE',
    )
  })

  it('is all its common names, where the user is the common name', () => {
    expect(userNameOf(certificate, 'common_name')).toBe('a b,c')
  })
})
