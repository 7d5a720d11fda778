/** A consumer of a group, of which only one is active. */
export interface GroupMember {
  /** Tells the client whether its consumer is active now. */
  activityChanged(isActive: boolean): void
}

/**
 * The consumers of a stream that have the same name. One of them is active: the first, or for a partition
 * of a super stream the one at the partition's index, so that the partitions are shared evenly. Before it
 * changes, the active one has to answer that it has stopped.
 */
export class ConsumerGroup {
  /** Which partition of a super stream it is; -1 if it is none. */
  readonly partitionIndex: number
  readonly #members: GroupMember[] = []
  readonly #onEmpty: () => void
  #active: GroupMember | undefined
  /** The active one was asked to stop. */
  #isSteppingDown = false

  constructor(partitionIndex: number, onEmpty: () => void) {
    this.partitionIndex = partitionIndex
    this.#onEmpty = onEmpty
  }

  add(member: GroupMember): void {
    this.#members.push(member)
    this.#rebalance()
  }

  remove(member: GroupMember): void {
    const at = this.#members.indexOf(member)
    if (at < 0) return
    this.#members.splice(at, 1)
    if (this.#active === member) {
      this.#active = undefined
      this.#isSteppingDown = false
    }
    if (this.#members.length === 0) this.#onEmpty()
    else this.#rebalance()
  }

  /** The member that was asked to stop has stopped. */
  steppedDown(member: GroupMember): void {
    if (this.#active !== member || !this.#isSteppingDown) return
    this.#isSteppingDown = false
    this.#activate(this.#elected)
  }

  #rebalance(): void {
    const elected = this.#elected
    if (this.#active === undefined) this.#activate(elected)
    else if (this.partitionIndex >= 0 && elected !== this.#active && !this.#isSteppingDown) {
      this.#isSteppingDown = true
      this.#active.activityChanged(false)
    }
  }

  get #elected(): GroupMember | undefined {
    return this.#members[Math.max(this.partitionIndex, 0) % this.#members.length]
  }

  #activate(member: GroupMember | undefined): void {
    this.#active = member
    member?.activityChanged(true)
  }
}
