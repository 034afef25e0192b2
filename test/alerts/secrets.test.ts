import { inspect } from "node:util";
import { expect, it } from "vitest";
import { readAlertsFile } from "../../src/alerts/config/alerts-file.ts";
import { systemClock } from "../../src/clock.ts";
import { eventually } from "../support/eventually.ts";
import { message } from "./support/messages.ts";
import { Post } from "./support/post.ts";
import { type Behaviour, type Received, Receiver } from "./support/receiver.ts";

const key = Buffer.from("a key that nobody is to see: 123").toString("base64");
/** What nobody is to see, wherever it comes up. */
const secrets = ["s3cr3t-path", "s3cr3t-token", "s3cr3t-key", 's3cr3t p"assword', key];

/** Somebody who says everything that he was sent, in the ways in which servers do. */
const telling =
  (status: number) =>
  (request: Received): Behaviour => {
    const authorization = request.headers.authorization ?? "";
    const basic = Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString();
    const { path, headers, body } = request;
    return {
      status,
      headers: { location: path, "content-type": "text/plain" },
      body: `${path} ${authorization} ${basic} ${JSON.stringify({ path, headers, body, basic })}`,
    };
  };

const manners: readonly [string, Receiver["behaviour"]][] = [
  ["answers 400", telling(400)],
  ["answers 429", telling(429)],
  ["answers 500", telling(500)],
  ["leads elsewhere", telling(302)],
  ["closes", "closes"],
];

it.each(manners)(
  "nothing secret is told anywhere of another side that %s",
  async (_, behaviour) => {
    await using receiver = await Receiver.listen();
    receiver.behaviour = behaviour;
    const files: Readonly<Record<string, string>> = {
      "alerts.yaml": `
channels:
  hook: {kind: webhook, url-file: url, secret-file: signing}
  query: {kind: webhook, url: "${receiver.url}/?token=s3cr3t-token"}
  slack: {kind: slack, url-file: url}
  bot: {kind: telegram, token-file: token, chat: 1, url: "${receiver.url}"}
  pager: {kind: pagerduty, routing-key-file: key, url: "${receiver.url}/v2/enqueue"}
  bearer: {kind: alertmanager, url: "${receiver.url}", token-file: token}
  basic: {kind: alertmanager, url: "${receiver.url}", user: ops, password-file: password}
  mail:
    {kind: email, host: 127.0.0.1, port: 1, tls: none, user: ops, password-file: password, from: a@b, to: [c@d]}
routes: [{channels: [hook]}]
`,
      url: `${receiver.url}/hook/s3cr3t-path?x=s3cr3t-token`,
      token: "s3cr3t-token",
      key: "s3cr3t-key",
      password: 's3cr3t p"assword',
      signing: `whsec_${key}`,
    };
    const readFile = (name: string) => files[name];
    const parts = { clock: systemClock, serverId: "s", env: {}, readFile };
    const { channels } = readAlertsFile("alerts.yaml", parts);
    const post = new Post(channels);
    post.courier.start();
    const told: unknown[] = [];
    for (const { name } of channels) {
      told.push(await post.courier.test(name));
      post.outbox.enqueue(message("m"), name, post.clock.now());
    }
    await eventually("each was tried", async () => {
      await post.clock.advanceAsync(0);
      return post.courier.channels().every(({ failuresTotal }) => failuresTotal >= 2);
    });
    await post.courier.stop();
    told.push(post.courier.channels(), post.courier.list(), post.logged, post.disk.all, channels);
    const text = `${JSON.stringify(told)} ${inspect(told, { depth: 20, showHidden: true })}`;
    for (const secret of secrets) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
      expect(text).not.toContain(Buffer.from(secret).toString("base64"));
    }
    // The test sees what it looks for: the other side was sent all of it.
    const sent = JSON.stringify(receiver.received);
    for (const secret of ["s3cr3t-path", "s3cr3t-token", "s3cr3t-key"]) {
      expect(sent).toContain(secret);
    }
  },
);
