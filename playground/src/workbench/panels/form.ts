import { element } from '../../stage/dom.ts'

/** A field of a form. */
export interface Field {
  readonly name: string
  readonly label: string
  /** `json` takes an object; empty for none. */
  readonly kind: 'text' | 'number' | 'checkbox' | 'select' | 'json' | 'lines'
  readonly options?: readonly Option[]
  readonly value?: string | boolean
  readonly placeholder?: string
  readonly required?: boolean
  /** Fields with the same group are behind one summary. */
  readonly group?: string
}

export interface Option {
  readonly value: string
  readonly text: string
}

export interface FormOptions {
  readonly label: string
  readonly fields: readonly Field[]
  readonly submit: string
  /** What it throws is shown. What it returns, too. */
  readonly onSubmit: (values: Values) => Promise<string | void>
  /** Fields that keep their value. */
  readonly keeps?: readonly string[]
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

/** What was filled in. */
export class Values {
  readonly #controls: ReadonlyMap<string, Control>

  constructor(controls: ReadonlyMap<string, Control>) {
    this.#controls = controls
  }

  text(name: string): string {
    return this.#controls.get(name)?.value ?? ''
  }

  isChecked(name: string): boolean {
    const control = this.#controls.get(name)
    return control instanceof HTMLInputElement && control.checked
  }

  /** The object in a field of JSON. */
  object(name: string): Readonly<Record<string, unknown>> {
    const text = this.text(name).trim()
    if (text === '') return {}
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      throw new Error(`this is not JSON: ${text}`, { cause: error })
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Error(`this is not an object: ${text}`)
    return { ...value }
  }

  /** Those fields that are filled in, by their names: texts, and numbers where a number is asked for. */
  filled(...names: readonly string[]): Readonly<Record<string, unknown>> {
    const entries = names.flatMap((name): readonly (readonly [string, unknown])[] => {
      const control = this.#controls.get(name)
      if (control === undefined) return []
      if (control.type === 'checkbox') return this.isChecked(name) ? [[name, true]] : []
      if (control.value === '') return []
      return [[name, control.type === 'number' ? Number(control.value) : control.value]]
    })
    return Object.fromEntries(entries)
  }
}

/** A form with labels, whose mistakes are told below it. */
export class Form {
  readonly element: HTMLFormElement
  readonly #controls = new Map<string, Control>()
  readonly #said = element('p', { class: 'mp-said', role: 'status' })
  /** The selects that the reader has used. */
  readonly #selected = new Set<string>()

  constructor({ label, fields, submit, onSubmit, keeps = [] }: FormOptions) {
    const create = element('button', { type: 'submit', class: 'mp-primary' }, submit)
    const groups = new Map<string, HTMLElement>()
    this.element = element('form', { class: 'mp-form', 'aria-label': label, autocomplete: 'off' })
    for (const field of fields) this.#place(field, groups).append(this.#row(field))
    this.element.append(create, this.#said)
    this.element.addEventListener('submit', (event) => {
      event.preventDefault()
      const values = new Values(this.#controls)
      // A mistake in a field is thrown at once.
      void Promise.resolve()
        .then(() => onSubmit(values))
        .then(
          (said) => {
            this.#say(said ?? '', false)
            this.#clear(new Set(keeps), fields)
          },
          (error: unknown) =>
            this.#say(error instanceof Error ? error.message : String(error), true),
        )
    })
  }

  /** Replaces what a select offers. What the reader has selected stays, if it can. */
  offer(name: string, options: readonly Option[]): void {
    const control = this.#controls.get(name)
    if (!(control instanceof HTMLSelectElement)) return
    const { value } = control
    control.replaceChildren(...options.map(optionOf))
    const isOffered = options.some((each) => each.value === value)
    if (isOffered && this.#selected.has(name)) control.value = value
  }

  #place({ group }: Field, groups: Map<string, HTMLElement>): HTMLElement {
    if (group === undefined) return this.element
    const known = groups.get(group)
    if (known !== undefined) return known
    const place = element('details', {}, element('summary', {}, group))
    groups.set(group, place)
    this.element.append(place)
    return place
  }

  #row(field: Field): HTMLElement {
    const control = controlOf(field)
    this.#controls.set(field.name, control)
    control.addEventListener('change', () => this.#selected.add(field.name))
    const text = element('span', {}, field.label)
    const isCheck = field.kind === 'checkbox'
    return isCheck
      ? element('label', { class: 'mp-check' }, control, text)
      : element('label', { class: 'mp-field' }, text, control)
  }

  #say(text: string, isProblem: boolean): void {
    this.#said.textContent = text
    this.#said.classList.toggle('mp-problem', isProblem)
  }

  #clear(keeps: ReadonlySet<string>, fields: readonly Field[]): void {
    for (const { name, kind, value } of fields) {
      const control = this.#controls.get(name)
      if (control === undefined || keeps.has(name) || kind === 'select' || kind === 'checkbox')
        continue
      control.value = typeof value === 'string' ? value : ''
    }
  }
}

function controlOf({ kind, options = [], value, placeholder, required }: Field): Control {
  const shared = {
    ...(placeholder !== undefined && { placeholder }),
    ...(required === true && { required: '' }),
  }
  if (kind === 'select') return element('select', shared, ...options.map(optionOf))
  if (kind === 'lines')
    return Object.assign(element('textarea', { ...shared, rows: '2' }), { value: value ?? '' })
  const type = kind === 'json' ? 'text' : kind
  const control = element('input', { ...shared, type, ...(type === 'number' && { min: '0' }) })
  if (type === 'checkbox') control.checked = value === true
  else if (typeof value === 'string') control.value = value
  return control
}

function optionOf({ value, text }: Option): HTMLOptionElement {
  return element('option', { value }, text)
}
