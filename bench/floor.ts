/**
 * The floor: what node:http2 costs when the server does nothing.
 *
 * Each framed message is answered with a frame of a fixed size, headers go out at once, and nothing is
 * decoded. `node bench/floor.ts [BYTES]` listens on a free port of loopback and says which.
 */
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { FrameReader, frame } from "./wire.ts";

const replyBytes = Number(process.argv[2] ?? 19);
const reply = frame(new Uint8Array(replyBytes));

const server = createServer();
server.on("stream", (stream: ServerHttp2Stream) => {
  stream.respond({ ":status": 200, "content-type": "application/grpc" });
  const reader = new FrameReader(() => stream.write(reply));
  stream.on("data", (chunk: Buffer) => reader.push(chunk));
  stream.on("end", () => stream.end());
  stream.on("error", () => {});
});
server.on("sessionError", () => {});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ msg: "listening", grpcAddress: `127.0.0.1:${port}` }));
});
