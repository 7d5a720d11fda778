import type { MarkdownOptions } from 'vitepress'

export type ShikiTransformer = NonNullable<MarkdownOptions['codeTransformers']>[number]
type Root = Parameters<NonNullable<ShikiTransformer['code']>>[0]
export type Child = Root['children'][number]
export type Element = Extract<Child, { type: 'element' }>

export function textOf(node: Child): string {
  if (node.type === 'text') return node.value
  return node.type === 'element' ? node.children.map((child) => textOf(child)).join('') : ''
}
