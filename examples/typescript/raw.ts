import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { HeartbeatService } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";

const server = process.env.HEARTBEAT_SERVER ?? "127.0.0.1:50051";
const transport = createGrpcTransport({ baseUrl: `http://${server}` });

async function* beats() {
  yield { agentId: "raw-typescript" };
  for (let n = 0; n < 5; n++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    yield {};
  }
  yield { goodbye: { reason: "that was all" } };
}
for await (const { welcome } of createClient(HeartbeatService, transport).beat(beats())) {
  if (welcome) console.log(`connected, epoch ${welcome.epoch}`);
}
