import type { ManagementReply, ManagementRequest } from '@messaging-patterns/broker'

import type { Update } from '../picture/update.ts'

/** What the page sends to the worker of a program. */
export type ToProgram =
  /** Load what a program of this address needs, but do not start it. */
  | { readonly type: 'prepare'; readonly module: string }
  | StartProgram
  | { readonly type: 'signal'; readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT' }
  | { readonly type: 'rate'; readonly rate: number }
  /** The broker is gone, and with it all connections. */
  | { readonly type: 'broker-gone' }
  /** From the program that has started it. */
  | { readonly type: 'message'; readonly message: unknown }

export interface StartProgram {
  readonly type: 'start'
  /** The address of its module. */
  readonly module: string
  readonly argv: readonly string[]
  readonly pid: number
  /** The time in the lab: see VirtualTime. */
  readonly now: number
  readonly rate: number
  /** For a child of another program, which sends it messages. */
  readonly child?: ChildOptions
}

export interface ChildOptions {
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What the worker of a program sends to the page. */
export type FromProgram =
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  /** The port is one end of a connection to a TCP port; the page gives it to the broker. */
  | { readonly type: 'connect'; readonly port: MessagePort; readonly to: number }
  /** For the program that has started it. */
  | { readonly type: 'message'; readonly message: unknown }
  | { readonly type: 'exit'; readonly code: number }
  /** It has killed itself, or found no handler for a signal. */
  | { readonly type: 'killed'; readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' }

/** What the page sends to the worker of the broker. */
export type ToBroker =
  | {
      readonly type: 'start'
      /** The number of the first message: after a restart, numbers go on. */
      readonly firstMessage: number
      readonly now: number
      readonly rate: number
      readonly latency: number
      /** Whether messages take as long on their way as a picture needs to show it. */
      readonly isPaced: boolean
    }
  | { readonly type: 'programs'; readonly programs: readonly ProgramInfo[] }
  /** A program that may declare streams will be started. */
  | { readonly type: 'prepare-streams' }
  | {
      readonly type: 'connect'
      readonly program: string
      readonly port: MessagePort
      /** The TCP port that the program has connected to. */
      readonly to: number
      /** Whether the program may declare streams, for which the broker loads some more code. */
      readonly streams: boolean
    }
  /** A client that publishes through this TCP port receives nothing from then on. */
  | { readonly type: 'lose-confirms'; readonly port: number }
  /** The TCP port is gone: its connections are closed. */
  | { readonly type: 'port-gone'; readonly port: number }
  /** The program has ended: its connections are closed, as the kernel does it for a process. */
  | { readonly type: 'program-gone'; readonly program: string }
  | { readonly type: 'rate'; readonly rate: number }
  | { readonly type: 'latency'; readonly latency: number }
  /** Go on until the next movement, and then stand still. */
  | { readonly type: 'step' }
  /** The number is that of the answer. */
  | { readonly type: 'manage'; readonly number: number; readonly request: ManagementRequest }

export interface ProgramInfo {
  readonly id: string
  readonly name: string
  readonly state: 'running' | 'paused'
}

/** What the worker of the broker sends to the page. */
export type FromBroker =
  | { readonly type: 'update'; readonly update: Update }
  /** Nothing can move before time passes; the broker already lets it. */
  | { readonly type: 'needs-time' }
  /** The step is over, and time stands still for the broker. */
  | { readonly type: 'stepped' }
  | { readonly type: 'managed'; readonly number: number; readonly reply: ManagementReply }

/**
 * What goes through the port between a program and the broker: bytes; how many bytes the other side has
 * read; or that the connection was opened, was refused, or ends.
 */
export type Packet = Uint8Array<ArrayBuffer> | number | 'open' | 'ECONNREFUSED' | 'end'

/** How many bytes may be on their way, in each direction. */
export const creditWindow = 1 << 20
