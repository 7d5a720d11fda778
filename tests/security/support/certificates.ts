import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A key and the certificate that goes with it, in PEM; `files` is where they lie. */
export interface Certificate {
  readonly key: string
  readonly cert: string
  readonly files: { readonly key: string; readonly cert: string }
}

/** Certificates of a day's life, made by openssl, each set signed by an authority of its own. */
export class Certificates implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'messaging-patterns-'))

  /** An authority: it signs itself. */
  authority(name: string): Certificate {
    return this.#make(name, ['-addext', 'basicConstraints=critical,CA:TRUE'])
  }

  /** Signed by the authority; for these names, as "DNS:localhost". */
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
