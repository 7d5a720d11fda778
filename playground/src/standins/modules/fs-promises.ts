import { readFileSync, renameSync, writeFileSync } from './fs.ts'

interface FileHandle extends AsyncDisposable {
  writeFile(text: string): Promise<void>
  sync(): Promise<void>
}

export async function open(path: string): Promise<FileHandle> {
  return {
    async writeFile(text) {
      writeFileSync(path, text)
    },
    async sync() {},
    async [Symbol.asyncDispose]() {},
  }
}

export async function readFile(path: string): Promise<string> {
  return readFileSync(path)
}

export async function rename(from: string, to: string): Promise<void> {
  renameSync(from, to)
}
