import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** The learner's editor, as the environment names it; otherwise Visual Studio Code. */
export function editorCommand(env = process.env): string {
  return env['VISUAL'] || env['EDITOR'] || 'code'
}

/**
 * Opens a file in the learner's editor. Resolves with false if that fails, and with true when the
 * editor has exited; an editor with its own window exits immediately.
 */
export async function openInEditor(file: string, command = editorCommand()): Promise<boolean> {
  // Use a shell: the command may contain arguments, and on Windows it may be a script.
  const editor = spawn(`${command} "${file}"`, { shell: true, stdio: 'inherit' })
  const [code]: unknown[] = await once(editor, 'exit')
  return code === 0
}
