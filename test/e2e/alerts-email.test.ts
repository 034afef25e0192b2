import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { expect, it } from "vitest";
import { certificate, privateKey } from "../agent/support/certificate.ts";
import { temporaryFolder } from "../project/support.ts";
import { eventually } from "../support/eventually.ts";
import { Program } from "../support/process.ts";
import { alertsFile } from "./support/alerting.ts";

it("mail goes encrypted to a server that is trusted, with a login, in one thread", async () => {
  using folder = temporaryFolder();
  const mails: string[] = [];
  const sessions: { secure: boolean; user: string | undefined }[] = [];
  const server = new SMTPServer({
    key: privateKey,
    cert: certificate,
    onAuth({ username, password }, _session, done) {
      if (username === "heartbeat" && password === "s3cr3t") done(null, { user: username });
      else done(new Error("no such user"));
    },
    onData(stream, session, done) {
      let text = "";
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      stream.on("end", () => {
        mails.push(text);
        sessions.push({ secure: session.secure, user: session.user });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  const trusted = join(folder.path, "ca.pem");
  writeFileSync(trusted, certificate);
  const login = { user: "heartbeat", "password-env": "SMTP_PASSWORD" };
  const to = { from: "heartbeat@example.org", to: ["ops@example.org"] };
  const flags = alertsFile(folder.path, {
    channels: { mail: { kind: "email", host: "localhost", port, ...login, ...to } },
    policy: { delay: "0s" },
    routes: [{ match: { kinds: ["agent_down"] }, channels: ["mail"] }],
  });
  const env = { NODE_EXTRA_CA_CERTS: trusted, SMTP_PASSWORD: "s3cr3t" };
  const entry = new URL("../../src/main.ts", import.meta.url).pathname;
  const free = ["--grpc-address", "127.0.0.1:0", "--http-address", "127.0.0.1:0", "--ephemeral"];
  await using program = new Program(process.execPath, [entry, "serve", ...free, ...flags], { env });
  const line = await eventually("the server listens", () =>
    program.stdout.split("\n").find((text) => text.includes('"msg":"listening"')),
  );
  const ping = async (path: string) => {
    const answer = await fetch(`http://${JSON.parse(line).httpAddress}/ping/${path}`);
    expect(answer.status).toBe(200);
  };
  await ping("backup");
  await ping("backup/1");
  await eventually("the mail is there", () => mails.length === 1);
  await ping("backup");
  await eventually("the next is there", () => mails.length === 2);
  expect(sessions).toEqual(Array(2).fill({ secure: true, user: "heartbeat" }));
  const subjects = mails.map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1]?.trim());
  expect(subjects).toEqual([
    expect.stringMatching(/^\[FIRING\] backup/),
    expect.stringMatching(/^\[RESOLVED\] backup/),
  ]);
  const threads = mails.map((mail) => /^References: (.*)$/m.exec(mail)?.[1]);
  expect(threads[0]).toMatch(/^<.+@example\.org>/);
  expect(threads[1]).toBe(threads[0]);
  expect(program.stdout + program.stderr).not.toContain("s3cr3t");
  await new Promise<void>((resolve) => server.close(() => resolve()));
}, 30_000);
