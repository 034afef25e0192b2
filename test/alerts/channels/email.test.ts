import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { expect, it } from "vitest";
import { Email, type EmailOptions } from "../../../src/alerts/channels/email.ts";
import { Secret } from "../../../src/alerts/channels/secret.ts";
import { certificate, privateKey } from "../../agent/support/certificate.ts";
import { eventually } from "../../support/eventually.ts";
import { alert, member, message, nasty, over } from "../support/messages.ts";

const never = new AbortController().signal;

/** Somebody's mail server, which keeps what it takes. */
class MailServer implements AsyncDisposable {
  readonly mails: string[] = [];
  readonly recipients: string[][] = [];
  connections = 0;
  readonly #server: SMTPServer;

  private constructor(options: SMTPServerOptions) {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      allowInsecureAuth: true,
      onConnect: (_session, done) => {
        this.connections++;
        done();
      },
      onData: (stream, session, done) => {
        let text = "";
        stream.on("data", (chunk: Buffer) => {
          text += chunk.toString();
        });
        stream.on("end", () => {
          this.mails.push(text);
          this.recipients.push(session.envelope.rcptTo.map(({ address }) => address));
          done();
        });
      },
      ...options,
    });
    // A client that goes away in the middle is not this server's fault.
    this.#server.on("error", () => {});
  }

  static async listen(options: SMTPServerOptions = {}): Promise<MailServer> {
    const server = new MailServer(options);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", () => resolve()));
    return server;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function mailer(port: number, rest: Partial<EmailOptions> = {}): Email {
  return new Email({
    name: "mail",
    target: "",
    host: "127.0.0.1",
    port,
    tls: "none",
    login: undefined,
    from: "Heartbeat <heartbeat@example.org>",
    to: ["ops@example.org", "lead@example.org"],
    ...rest,
  });
}

/** A header, unfolded; undefined when there is none. */
function header(mail: string, name: string): string | undefined {
  const [head = ""] = mail.split("\r\n\r\n");
  const unfolded = head.replace(/\r\n[ \t]+/g, " ");
  return new RegExp(`^${name}: (.*)$`, "im").exec(unfolded)?.[1]?.trim();
}

it("sends a mail to all, as text and as HTML", async () => {
  await using server = await MailServer.listen();
  await mailer(server.port).send(message("m-1.mail"), never);
  const [mail = ""] = server.mails;
  expect(server.recipients).toEqual([["ops@example.org", "lead@example.org"]]);
  expect(header(mail, "From")).toBe("Heartbeat <heartbeat@example.org>");
  expect(header(mail, "To")).toBe("ops@example.org, lead@example.org");
  expect(header(mail, "Subject")).toBe("[FIRING] worker-7 (type worker) of default is DOWN");
  expect(header(mail, "Message-ID")).toBe("<m-1.mail@example.org>");
  expect(header(mail, "Auto-Submitted")).toBe("auto-generated");
  expect(header(mail, "Content-Type")).toMatch(/^multipart\/alternative;/);
  expect(mail).toContain("- worker-7 (worker): its stream ended without a Goodbye");
  expect(mail).toContain("<li>worker-7 (worker): its stream ended without a Goodbye</li>");
});

it("puts all that is told of one alert into one thread", async () => {
  await using server = await MailServer.listen();
  const channel = mailer(server.port);
  await channel.send(message("m-1.mail"), never);
  await channel.send(message("m-2.mail", "resolved", over(alert("alert-1"))), never);
  await channel.send(message("m-3.mail", "firing", alert("alert-2")), never);
  const [first, second, other] = server.mails.map((mail) => header(mail, "References"));
  expect(first).toBe("<alert-1@example.org>");
  expect(second).toBe(first);
  expect(other).toBe("<alert-2@example.org>");
  const ids = server.mails.map((mail) => header(mail, "Message-ID"));
  expect(new Set(ids).size).toBe(3);
});

it("lets no agent add a header or markup", async () => {
  await using server = await MailServer.listen();
  const about = alert("a", { summary: nasty, members: [member("a", { reason: nasty })] });
  await mailer(server.port).send(message("m-1.mail", "firing", about), never);
  const [mail = ""] = server.mails;
  expect(header(mail, "Bcc")).toBeUndefined();
  expect(server.recipients[0]).not.toContain("x@example.org");
  expect(mail.slice(mail.indexOf("text/html"))).not.toContain("<script>");
});

it("logs in, and gives up where it may not", async () => {
  const users: string[] = [];
  await using server = await MailServer.listen({
    authOptional: false,
    onAuth({ username = "", password }, _session, done) {
      users.push(username);
      if (password === "right") done(null, { user: username });
      else done(new Error("no such user"));
    },
  });
  const login = (password: string) => ({ user: "heartbeat", password: new Secret(password) });
  await mailer(server.port, { login: login("right") }).send(message("m-1"), never);
  expect(users).toEqual(["heartbeat"]);
  const wrong = mailer(server.port, { login: login("wrong") });
  await expect(wrong.send(message("m-2"), never)).rejects.toMatchObject({ permanent: true });
});

it.each([
  [550, true],
  [452, false],
])("tells a reply of %i from others", async (responseCode, permanent) => {
  await using server = await MailServer.listen({
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error("no"), { responseCode })),
  });
  const sent = mailer(server.port).send(message("m-1"), never);
  await expect(sent).rejects.toMatchObject({ permanent, name: "DeliveryError" });
});

it("does not pass over one who was refused among those who were not", async () => {
  await using server = await MailServer.listen({
    onRcptTo: ({ address }, _session, done) =>
      done(
        address.startsWith("lead") ? Object.assign(new Error("no"), { responseCode: 550 }) : null,
      ),
  });
  const sent = mailer(server.port).send(message("m-1"), never);
  await expect(sent).rejects.toMatchObject({
    permanent: true,
    message: expect.stringContaining("not taken for all"),
  });
  expect(server.recipients).toEqual([["ops@example.org"]]);
});

it("says nothing in the clear where it is to be encrypted", async () => {
  await using server = await MailServer.listen();
  const sent = mailer(server.port, { tls: "starttls" }).send(message("m-1"), never);
  await expect(sent).rejects.toThrow(/STARTTLS/);
  expect(server.mails).toEqual([]);
});

it.each([
  ["starttls", { secure: false, disabledCommands: [] }],
  ["tls", { secure: true }],
] as const)("gives nothing to a server that it does not trust, with %s", async (tls, options) => {
  const identity = { key: privateKey, cert: certificate };
  await using server = await MailServer.listen({ ...options, ...identity } as SMTPServerOptions);
  const sent = mailer(server.port, { tls }).send(message("m-1"), never);
  await expect(sent).rejects.toThrow(/self-signed certificate/);
  expect(server.mails).toEqual([]);
});

it("tries later where nobody listens", async () => {
  const server = await MailServer.listen();
  const { port } = server;
  await server[Symbol.asyncDispose]();
  const sent = mailer(port).send(message("m-1"), never);
  await expect(sent).rejects.toMatchObject({ permanent: false });
});

it("lets go of a server that hangs once the signal aborts", async () => {
  await using server = await MailServer.listen({ onMailFrom: () => {} });
  const stop = new AbortController();
  const sent = mailer(server.port).send(message("m-1"), stop.signal);
  const failed = expect(sent).rejects.toMatchObject({ name: "DeliveryError" });
  await eventually("it is connected", () => server.connections === 1);
  stop.abort();
  await failed;
});
