import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Certificate } from '@messaging-patterns/broker'

/** A temporary folder for certificates, because the URLs of programs name files. */
export class CertificateFiles implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'messaging-patterns-'))

  /** Writes a certificate, and its key if it has one. Returns the paths of the files. */
  write(name: string, { cert, key = '' }: Partial<Certificate>): { cert: string; key: string } {
    return { cert: this.#file(`${name}.pem`, cert ?? ''), key: this.#file(`${name}.key`, key) }
  }

  #file(name: string, content: string): string {
    const path = join(this.#folder, name)
    writeFileSync(path, content)
    return path
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}
