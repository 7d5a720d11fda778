import { names } from './names.ts'
import { phrases } from './phrases.ts'
import type { Rule } from './rule.ts'
import { spelling } from './spelling.ts'

export const rules: readonly Rule[] = [...phrases, ...names, ...spelling]
