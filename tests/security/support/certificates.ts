import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A private key and its certificate in PEM, and the files that contain them. */
export interface Certificate {
  readonly key: string
  readonly cert: string
  readonly files: { readonly key: string; readonly cert: string }
}

/** Creates certificates with openssl that are valid for one day. */
export class Certificates implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'messaging-patterns-'))

  /** A self-signed certificate authority. */
  authority(name: string): Certificate {
    return this.#make(name, ['-addext', 'basicConstraints=critical,CA:TRUE'])
  }

  /** A certificate signed by the authority, for names such as "DNS:localhost". */
  signed(name: string, by: Certificate, alternativeName: string): Certificate {
    const extensions = ['-addext', `subjectAltName=${alternativeName}`]
    return this.#make(name, ['-CA', by.files.cert, '-CAkey', by.files.key, ...extensions])
  }

  #make(name: string, options: readonly string[]): Certificate {
    const files = {
      key: join(this.#folder, `${name}.key`),
      cert: join(this.#folder, `${name}.pem`),
    }
    const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1'
    const about = ['-subj', `/CN=${name}`, '-keyout', files.key, '-out', files.cert]
    execFileSync('openssl', [...request.split(' '), ...about, ...options], { stdio: 'pipe' })
    return { key: readFileSync(files.key, 'utf8'), cert: readFileSync(files.cert, 'utf8'), files }
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}
