type Attributes = Readonly<Record<string, string | number | undefined>>

const namespace = 'http://www.w3.org/2000/svg'

/** Creates an SVG element. */
export function svg<N extends keyof SVGElementTagNameMap>(
  name: N,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[N] {
  const element = document.createElementNS(namespace, name)
  setAttributes(element, attributes)
  element.append(...children)
  return element
}

/** Creates an HTML element. */
export function html<N extends keyof HTMLElementTagNameMap>(
  name: N,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[N] {
  const element = document.createElement(name)
  setAttributes(element, attributes)
  element.append(...children)
  return element
}

/** Changes only what is different: a browser does work for each attribute that is set. */
export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) element.removeAttribute(name)
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value))
  }
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
