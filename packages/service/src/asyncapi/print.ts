// Prints the AsyncAPI document of the service.
import { consumers } from '../roles/consumers.ts'
import { asyncApiDocument } from './document.ts'

process.stdout.write(`${JSON.stringify(asyncApiDocument(consumers), null, 2)}\n`)
