import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { Link } from "./link.ts";

/** One end of a connection, and what it has read. */
class End {
  readonly socket: Socket;
  read = "";
  ended = false;
  broken = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk) => {
      this.read += chunk;
    });
    socket.on("end", () => {
      this.ended = true;
    });
    socket.on("error", () => {
      this.broken = true;
    });
  }

  reads(text: string): Promise<boolean> {
    return eventually(`it reads ${text}`, () => this.read === text);
  }
}

describe("a link", () => {
  let server: Server;
  let link: Link;
  let far: End | undefined;

  beforeEach(async () => {
    far = undefined;
    server = createServer({ allowHalfOpen: true }, (socket) => {
      far = new End(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    link = await Link.open((server.address() as { port: number }).port);
  });
  afterEach(async () => {
    await link[Symbol.asyncDispose]();
    server.close();
  });

  const join = () => new End(connect({ port: link.port, host: "127.0.0.1", allowHalfOpen: true }));
  const other = () => eventually("the server is connected", () => far);

  it("passes bytes and ends both ways", async () => {
    const near = join();
    const end = await other();
    near.socket.write("up");
    await end.reads("up");
    end.socket.write("down");
    await near.reads("down");
    near.socket.end();
    await eventually("the end arrives", () => end.ended);
    end.socket.end("last");
    await near.reads("downlast");
    expect(link.connections).toBe(1);
  });

  it("holds back what it is told to, also an end, and hands it on in order", async () => {
    const near = join();
    const end = await other();
    link.cut("up");
    near.socket.write("one ");
    near.socket.end("two");
    end.socket.write("the other way is open");
    await near.reads("the other way is open");
    await eventually("both wait", () => link.held === 7);
    expect(end).toMatchObject({ read: "", ended: false });
    link.mend();
    await end.reads("one two");
    await eventually("the end arrives", () => end.ended);
  });

  it("loses what it held when it is reset, and breaks both sides", async () => {
    const near = join();
    const end = await other();
    link.cut();
    near.socket.write("lost");
    await eventually("it waits", () => link.held === 4);
    link.reset();
    await eventually("both are broken", () => near.broken && end.broken);
    expect(end.read).toBe("");
  });

  it("refuses who comes, until it is mended", async () => {
    link.refuse();
    const refused = join();
    await eventually("it is refused", () => refused.broken || refused.socket.destroyed);
    link.mend();
    const near = join();
    const end = await other();
    near.socket.write("hello");
    await end.reads("hello");
  });

  it("is as slow as it is told, and makes haste when it is mended", async () => {
    const near = join();
    const end = await other();
    link.throttle(1);
    near.socket.write("first");
    await end.reads("first");
    near.socket.write("second");
    await eventually("the rest waits", () => link.held === 6);
    link.mend();
    await end.reads("firstsecond");
  });

  it("resets the agent when there is no server", async () => {
    await new Promise((resolve) => server.close(resolve));
    const near = join();
    await eventually("it is broken", () => near.broken);
  });
});
