import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** The editor of the learner: the one that the environment names, or Visual Studio Code. */
export function editorCommand(env = process.env): string {
  return env['VISUAL'] || env['EDITOR'] || 'code'
}

/**
 * Opens a file in the learner's editor. Resolves when the editor lets go of the terminal: at once
 * for one with a window, at its end for one in the terminal. False if there is no such editor.
 */
export async function openInEditor(file: string, command = editorCommand()): Promise<boolean> {
  // By the shell, because an editor may come with arguments, and is a script on Windows.
  const editor = spawn(`${command} "${file}"`, { shell: true, stdio: 'inherit' })
  const [code]: unknown[] = await once(editor, 'exit')
  return code === 0
}
