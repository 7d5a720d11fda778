/** Large messages are faster with what these stand in for. A page has none, and loads less. */
export function sendMessages(): void {}

export function receiveFrames(): void {}
