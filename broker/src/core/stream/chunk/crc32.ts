/** Eight tables of 256, one after the other: eight bytes at a time need no more than eight look-ups. */
const tables = createTables()

/** The CRC-32 of zlib and Ethernet. Clients of the stream protocol check it. */
export function crc32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const whole = bytes.length - (bytes.length % 8)
  let crc = -1
  for (let at = 0; at < whole; at += 8) {
    const low = view.getInt32(at, true) ^ crc
    const high = view.getInt32(at + 4, true)
    crc =
      entry(0x700 | (low & 0xff)) ^
      entry(0x600 | ((low >>> 8) & 0xff)) ^
      entry(0x500 | ((low >>> 16) & 0xff)) ^
      entry(0x400 | (low >>> 24)) ^
      entry(0x300 | (high & 0xff)) ^
      entry(0x200 | ((high >>> 8) & 0xff)) ^
      entry(0x100 | ((high >>> 16) & 0xff)) ^
      entry(high >>> 24)
  }
  for (let at = whole; at < bytes.length; at++)
    crc = entry((crc ^ (bytes[at] ?? 0)) & 0xff) ^ (crc >>> 8)
  return ~crc >>> 0
}

function entry(index: number): number {
  return tables[index] ?? 0
}

function createTables(): Int32Array {
  const all = new Int32Array(8 * 256)
  for (let index = 0; index < 256; index++) {
    let crc = index
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1
    all[index] = crc
  }
  for (let index = 256; index < all.length; index++) {
    const crc = all[index - 256] ?? 0
    all[index] = (crc >>> 8) ^ (all[crc & 0xff] ?? 0)
  }
  return all
}
