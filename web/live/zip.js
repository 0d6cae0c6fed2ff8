// A zip file of a few small texts, stored as they are: the altered folder that a build takes.

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});
const crc32 = (bytes) =>
  ~bytes.reduce((crc, byte) => CRC[(crc ^ byte) & 255] ^ (crc >>> 8), -1) >>> 0;

/** [[name, text], …] as the bytes of a zip file. No time of day stands in it: the same texts give the same bytes. */
function zip(files) {
  const encoder = new TextEncoder(),
    parts = [],
    directory = [];
  let offset = 0;
  const record = (signature, fields) => {
    const bytes = new Uint8Array(4 + fields.reduce((sum, [size]) => sum + size, 0)),
      view = new DataView(bytes.buffer);
    view.setUint32(0, signature, true);
    let at = 4;
    for (const [size, value] of fields) {
      size === 2 ? view.setUint16(at, value, true) : view.setUint32(at, value, true);
      at += size;
    }
    return bytes;
  };
  for (const [name, text] of files) {
    const title = encoder.encode(name),
      body = encoder.encode(text);
    // Version, UTF-8 names, stored, 1 January 1980, checksum, sizes, length of the name.
    const common = [
      [2, 20],
      [2, 0x0800],
      [2, 0],
      [2, 0],
      [2, 0x21],
      [4, crc32(body)],
      [4, body.length],
      [4, body.length],
      [2, title.length],
      [2, 0],
    ];
    const local = record(0x04034b50, common);
    directory.push(
      record(0x02014b50, [[2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]),
      title,
    );
    parts.push(local, title, body);
    offset += local.length + title.length + body.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = record(0x06054b50, [
    [2, 0],
    [2, 0],
    [2, files.length],
    [2, files.length],
    [4, size],
    [4, offset],
    [2, 0],
  ]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}
