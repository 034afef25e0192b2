/**
 * A process that holds many agents until it is killed, all on one connection: `ADDRESS COUNT`. Says
 * "ready" when each has had an ack. They are DOWN as soon as their streams are dropped.
 */
import { RawClient } from "./raw-client.ts";

const [server = "", count = "1"] = process.argv.slice(2);
const client = new RawClient(server);
const streams = Array.from({ length: Number(count) }, (_, at) => {
  const policy = { interval: { seconds: 3_600n }, maxMissedBeats: 1 };
  const registration = { agentType: "worker", instanceId: `instance-${at}`, policy };
  return client.beats().say({ agentId: `worker-${at + 1}`, registration });
});
await Promise.all(streams.map((stream) => stream.response()));
process.stdout.write("ready\n");
setInterval(() => {}, 60_000);
